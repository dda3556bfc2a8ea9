import { decode } from "../../base/values/bytes.js";
import { isFunction, isMap, isObject, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { jsonParse, stringify } from "../../lib/data/json.js";
import { writeIndexes } from "../../lib/http/calls.js";
import { htmlPage } from "../../lib/template/html.js";
import { oPromise } from "../promises/promise.js";
import { mimes } from "./mimes.js";
import type { RequestMap } from "./request.js";

/** `ow.server.rest`: one route that answers the four verbs of a resource. */

type Index = Record<string, any>;
type Work = ((index: Index, data: any, request?: RequestMap) => any) | undefined;

/** JSON as it is, otherwise the fields of a form. */
export function parseQuery(text: unknown): any {
  const value = jsonParse(text);
  if (isObject(value)) return value;
  const fields: Index = {};
  for (const field of String(text).split("&")) {
    const parts = field.split("=");
    if (parts.length === 2) fields[decodeURIComponent(parts[0]!)] = decodeURIComponent(parts[1]!);
  }
  return fields;
}

/** `/base/id/5/b/true` → `{ id: 5, b: true }`. */
export function parseIndexes(base: string, request: RequestMap): Index {
  request.originalURI ??= String(request.uri);
  const parts = request.originalURI.replace(new RegExp(`^${base}/*#*`), "").split("/");
  const index: Index = {};
  for (let at = 0; at < parts.length; at += 2)
    if (parts[at] !== "")
      index[decodeURIComponent(parts[at]!)] = jsonParse(decodeURIComponent(parts[at + 1] ?? "undefined"));
  return index;
}

/**
 * Answers a request with what the function for its verb gives.
 * @param withParams the functions give `{ data, status, mimetype }`
 * @param audit gets request and reply, afterwards
 * @param asHtml the value as a page instead of JSON
 */
export function restReply(
  base: string,
  request: RequestMap,
  create: Work,
  get: Work,
  set: Work,
  remove: Work,
  withParams?: boolean,
  audit?: unknown,
  asHtml?: boolean,
): Record<string, any> {
  const index = parseIndexes(base, request);
  const result: Record<string, any> = { headers: {}, mimetype: asHtml ? mimes.HTML : mimes.JSON };
  const written = (value: unknown): unknown => {
    if (asHtml) return String(htmlPage(value));
    return isString(value) ? value : stringify(value, undefined, "");
  };
  const given = answerOf(request, index, { create, get, set, remove });
  if (given.isKnown) {
    const { value } = given;
    if (!withParams) result.data = written(value);
    else {
      if (!isUnDef(value.data)) result.data = written(value.data);
      if (!isUnDef(value.status)) result.status = value.status;
      if (!isUnDef(value.mimetype)) result.mimetype = value.mimetype;
    }
  }
  if (request.method === "POST") result.headers.Location = writeIndexes(result.data);
  if (isFunction(audit)) new oPromise(() => void audit(request, result));
  return result;
}

function answerOf(
  request: RequestMap,
  index: Index,
  { create, get, set, remove }: Record<string, Work>,
): { isKnown: boolean; value?: any } {
  switch (request.method) {
    case "GET":
      return { isKnown: true, value: (get as any)(index, request) };
    case "POST":
      return { isKnown: true, value: (create as any)(index, parseQuery(bodyOf(request, true)), request) };
    case "PUT":
      return { isKnown: true, value: (set as any)(index, parseQuery(bodyOf(request, false)), request) };
    case "DELETE":
      return { isKnown: true, value: (remove as any)(index, request) };
    default:
      return { isKnown: false };
  }
}

function bodyOf({ files, data, params }: RequestMap, orQuery: boolean): unknown {
  if (!isUnDef(files?.content)) return files.content === "" ? "" : decode(world.host.files.read(files.content));
  if (!isUnDef(files?.postData)) return files.postData;
  if (!isUnDef(data)) return data;
  return orQuery ? params["NanoHttpd.QUERY_STRING"] : undefined;
}

/** Serves and keeps entries in a list. */
export function replyData(base: string, request: RequestMap, entries: Index[]): Record<string, any> {
  const find = (index: Index): number =>
    entries.findIndex((entry) => isMap(entry) && Object.keys(index).every((key) => entry[key] === index[key]));
  return restReply(
    base,
    request,
    (index, data) => {
      if (find(index) >= 0) return {};
      const made = { ...index, ...data };
      entries.push(made);
      return made;
    },
    (index) => entries[find(index)] ?? {},
    (index, data) => {
      const at = find(index);
      if (at >= 0) entries[at] = data;
      else entries.push(data);
      return {};
    },
    (index) => {
      const at = find(index);
      if (at < 0) return {};
      entries.splice(at, 1);
      return index;
    },
  );
}
