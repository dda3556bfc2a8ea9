import type { HttpdRequest } from "../../base/operations.js";
import { decode } from "../../base/values/bytes.js";
import { world } from "../../base/world.js";
import { decodePart } from "../../lib/http/url.js";
import { readMultipart } from "./multipart.js";

/** A request as route functions get it. */
export interface RequestMap {
  method: string;
  /** The path, decoded. */
  uri: string;
  /** The path and query of the request line. */
  originalURI: string;
  /** By name in lower case. */
  header: Record<string, string>;
  /** Query and form fields, decoded; the first of several. */
  params: Record<string, any>;
  /** `postData`: the text of a POST; `content`: a temporary file with the body of a PUT; files of a form by name. */
  files: Record<string, string>;
  [more: string]: any;
}

const QUERY = "NanoHttpd.QUERY_STRING";

export function requestMap({ method, target, headers, remoteAddress }: HttpdRequest, body: Uint8Array): RequestMap {
  const at = target.indexOf("?");
  const query = at < 0 ? undefined : target.slice(at + 1);
  const request: RequestMap = {
    uri: decodePart(at < 0 ? target : target.slice(0, at)),
    originalURI: target,
    method,
    header: { ...headers, "remote-addr": remoteAddress, "http-client-ip": remoteAddress },
    params: {},
    files: {},
  };
  if (query !== undefined) addFields(request, query);
  request.params[QUERY] = query ?? null;
  if (method === "POST") readPost(request, headers["content-type"], body);
  if (method === "PUT") request.files.content = body.length === 0 ? "" : temporary(body);
  return request;
}

function readPost(request: RequestMap, type: string | undefined, body: Uint8Array): void {
  const kind = (type ?? "").split(";")[0]!.trim().toLowerCase();
  if (kind === "multipart/form-data") {
    const boundary = /boundary\s*=\s*["']?([^"';,]+)/i.exec(type!)?.[1];
    for (const part of boundary === undefined ? [] : readMultipart(body, boundary)) {
      if (part.fileName === undefined) request.params[part.name] ??= decode(part.data);
      else {
        request.files[part.name] = temporary(part.data);
        request.params[part.name] ??= part.fileName;
      }
    }
    return;
  }
  const text = decodeBody(body, type).trim();
  if (kind === "application/x-www-form-urlencoded") {
    addFields(request, text);
    request.params[QUERY] = text;
  } else if (text !== "") request.files.postData = text;
}

/** Without a type the body is UTF-8, with a type that names no charset it is ASCII: other bytes are lost. */
function decodeBody(body: Uint8Array, type: string | undefined): string {
  if (type === undefined) return decode(body);
  const charset = /charset\s*=\s*["']?([^"';,\s]+)/i.exec(type)?.[1];
  if (charset !== undefined) return decode(body, charset);
  return body.every((byte) => byte < 128)
    ? decode(body)
    : Array.from(body, (byte) => (byte < 128 ? String.fromCharCode(byte) : "\ufffd")).join("");
}

function addFields({ params }: RequestMap, text: string): void {
  for (const field of text.split("&")) {
    if (field === "") continue;
    const at = field.indexOf("=");
    const name = decodePart(at < 0 ? field : field.slice(0, at)).trim();
    params[name] ??= at < 0 ? "" : decodePart(field.slice(at + 1));
  }
}

function temporary(data: Uint8Array): string {
  const file = world.host.files.temp("rojob-http-", "");
  world.host.files.write(file, data);
  return file;
}
