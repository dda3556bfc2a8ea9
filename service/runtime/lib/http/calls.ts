import { JavaException } from "../../base/values/errors.js";
import { isFunction, isMap, isObject, isString, isUnDef } from "../../base/values/types.js";
import { jsonParse, stringify } from "../data/json.js";
import { merge } from "../maps/merge.js";
import { HttpClient, type HttpOptions, type HttpResult, loginOf } from "./client.js";

/** One call of a REST service, as `ow.obj.rest` takes it (its parameters in their usual order). */
export interface RestCall {
  url: string;
  /** Becomes part of the path: `/name/value`. */
  index?: unknown;
  data?: unknown;
  login?: unknown;
  pass?: unknown;
  connectMs?: number;
  headers?: unknown;
  urlEncode?: boolean;
  client?: HttpClient;
  asStream?: boolean;
  options?: HttpOptions;
}

const FORM = "application/x-www-form-urlencoded; charset=UTF-8";
const JSON_TYPE = "application/json; charset=UTF-8";

/**
 * @throws text for a status of 400 or more, JavaException when there is no reply
 */
export function perform(verb: string, call: RestCall): HttpResult {
  const client = clientOf(call);
  const hasBody = verb === "POST" || verb === "PUT" || verb === "PATCH";
  const headers = hasBody ? merge({ "Content-Type": call.urlEncode ? FORM : JSON_TYPE }, call.headers) : call.headers;
  return explained(client, verb === "GET", () =>
    client.exec(
      call.url + writeIndexes(call.index),
      verb,
      hasBody ? bodyText(call) : undefined,
      headers,
      call.asStream,
      call.connectMs,
      call.asStream,
      call.options,
    ),
  );
}

/** The headers of a reply as its `response`. */
export function performHead(call: RestCall): HttpResult {
  const client = clientOf(call);
  return explained(client, false, () => {
    const reply = client.exec(
      call.url + writeIndexes(call.index),
      "HEAD",
      undefined,
      call.headers,
      false,
      call.connectMs,
      false,
      call.options,
    );
    return Object.assign(reply, { contentType: JSON_TYPE, response: client.responseHeaders() });
  });
}

/** Sends `data.in` (a path or a stream) as the part `data.name` of a form. */
export function performUpload(verb: string, call: RestCall): HttpResult {
  const client = clientOf(call);
  const { data } = call;
  return explained(client, false, () => {
    if (!isMap(data)) throw isUnDef(data) ? "aDataRow not defined or assigned" : "aDataRow is not a map";
    if (!isString(data.name))
      throw isUnDef(data.name) ? "aDataRow.name not defined or assigned" : "aDataRow.name is not a string";
    if (isUnDef(data.in)) throw "aDataRow.in not defined or assigned";
    client.upload(data.name, data.in);
    return client.exec(
      call.url + writeIndexes(call.index),
      verb,
      undefined,
      call.headers,
      false,
      call.connectMs,
      call.asStream,
      call.options,
    );
  });
}

/** Bytes the resource has, as `Content-Length` says. */
export function contentLength(call: RestCall): number {
  const client = clientOf(call);
  return explained(client, true, () => {
    client.exec(call.url, "HEAD", undefined, call.headers, false, call.connectMs);
    return Number(client.responseHeaders()?.["content-length"]);
  });
}

/** The body of a result, read as JSON where it is. */
export function parsed(result: HttpResult): any {
  return jsonParse((result as { response?: unknown }).response);
}

/** The reply in an error of these calls: a map for a status, otherwise its text. */
export function exceptionParse(error: unknown): any {
  const reply = jsonParse(String(error).replace(/.+response =/, ""));
  const type = isMap(reply) ? reply.contentType : undefined;
  if (!isUnDef(type) && /application\/json/.test(String(type).toLowerCase()))
    reply.response = jsonParse(isUnDef(reply.response) ? reply.responseBytes : reply.response);
  return reply;
}

/** `{ a: 1 }` → `/a/1`. */
export function writeIndexes(index: any): string {
  let path = "";
  for (const name in index) {
    const value = isObject(index[name]) ? JSON.stringify(index[name]) : index[name];
    path += `/${encodeURIComponent(name)}/${encodeURIComponent(value)}`;
  }
  return path;
}

/** `{ a: 1 }` → `a=1`; what is undefined is left out. */
export function writeQuery(map: any): string {
  if (isUnDef(map)) return "";
  const parts: string[] = [];
  for (const name in map)
    if (Object.hasOwn(map, name) && !isUnDef(map[name]))
      parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(map[name])}`);
  return parts.join("&");
}

function bodyText({ data, urlEncode }: RestCall): unknown {
  if (isString(data)) return data;
  return urlEncode ? writeQuery(data) : stringify(data, undefined, "");
}

/** The client of a call, with the login given or the one in its URL. */
function clientOf({ client = new HttpClient(), url, login, pass }: RestCall): HttpClient {
  if (isFunction(login)) login(client);
  else if (!isUnDef(login) && !isUnDef(pass)) client.login(login, pass, false, url);
  else if (isUnDef(login)) {
    const own = loginOf(url);
    if (own.login !== undefined) client.login(own.login, own.pass ?? "", false, url);
  }
  return client;
}

/** Adds to a failed connection what is known of the reply; `asJson`: the way reading calls write it. */
function explained<T>(client: HttpClient, asJson: boolean, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof JavaException) {
      const last = client.getErrorResponse(true);
      error.message = `Exception ${error.message}; error = ${asJson ? stringify(last) : String(last)}`;
    }
    throw error;
  }
}
