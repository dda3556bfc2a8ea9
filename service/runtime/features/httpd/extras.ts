import { jobScope } from "../../base/job-scope.js";
import { isString } from "../../base/values/types.js";
import { htmlPage } from "../../lib/template/html.js";
import { codes, mimes } from "./mimes.js";
import { getPrefix, normalizePrefix } from "./prefix.js";
import { servers } from "./routes.js";
import type { HttpServer } from "./server.js";

/** `ow.server.httpd`: HTTP servers of a run; `ow.server.rest` and `ow.server.jsonRPC`: what they often answer with. */

export const customLibs: Record<string, (server: HttpServer) => unknown> = {};

/** Adds the libraries jobs registered themselves: OpenAF's own are not part of this engine. */
export function mapRoutesWithLibs(server: HttpServer, map: Record<string, unknown> = {}): Record<string, unknown> {
  const uris: Record<string, (server: HttpServer) => unknown> = jobScope.__flags?.HTTPD_CUSTOMURIS ?? {};
  for (const name of Object.keys(customLibs)) map[`/js/${name}`] = () => customLibs[name]!(server);
  for (const uri of Object.keys(uris)) map[uri] = () => uris[uri]!(server);
  return map;
}

export const getHS = (port: number) => servers[port];

export const setWebSocketRoute = (server: HttpServer) => server.addWS();

export const getHTMLPrefix = (server: unknown) => (isString(server) ? normalizePrefix(server) : getPrefix(server ?? 0));

export const replyJSMap = (server: HttpServer, value: unknown) => server.replyOKHTML(htmlPage(value));

export const addMimeType = (ending: string, type: string) => {
  mimes[ending.toUpperCase()] = type;
};

export const addHTTPCode = (name: string, code: number) => {
  codes[name.toUpperCase()] = code;
};
