import { writeIndexes } from "../http/calls.js";
import { cache, codes, getMimeType, mimes } from "../httpd/mimes.js";
import { getPrefix, normalizePrefix, stripPrefix, withPrefix } from "../httpd/prefix.js";
import { authBasic, reply, replyBrowse, replyFile, replyFileMd, replyRedirect } from "../httpd/replies.js";
import { parseIndexes, parseQuery, replyData, restReply } from "../httpd/rest-reply.js";
import {
  defaultRoutes,
  getDefaultRoute,
  mapWithExistingRoutes,
  preRoutes,
  resetRoutes,
  route,
  routes,
  servers,
  start,
  stop,
} from "../httpd/routes.js";
import { jsonRpc, replyJSONRPC, replyMCP } from "../httpd/rpc.js";
import { HttpServer } from "../httpd/server.js";
import { globals } from "../world.js";
import { isString } from "./types.js";

/** `ow.server.httpd`: HTTP servers of a run; `ow.server.rest` and `ow.server.jsonRPC`: what they often answer with. */

const customLibs: Record<string, (server: HttpServer) => unknown> = {};

/** Adds the libraries jobs registered themselves: OpenAF's own are not part of this engine. */
function mapRoutesWithLibs(server: HttpServer, map: Record<string, unknown> = {}): Record<string, unknown> {
  const uris: Record<string, (server: HttpServer) => unknown> = globals.__flags?.HTTPD_CUSTOMURIS ?? {};
  for (const name of Object.keys(customLibs)) map[`/js/${name}`] = () => customLibs[name]!(server);
  for (const uri of Object.keys(uris)) map[uri] = () => uris[uri]!(server);
  return map;
}

export const scope = {
  HTTPd: HttpServer,
  "ow.server.httpd.__routes": routes,
  "ow.server.httpd.__defaultRoutes": defaultRoutes,
  "ow.server.httpd.__preRoutes": preRoutes,
  "ow.server.httpd.__servers": servers,
  "ow.server.httpd.customLibs": customLibs,
  "ow.server.httpd.start": start,
  "ow.server.httpd.stop": stop,
  "ow.server.httpd.getHS": (port: number) => servers[port],
  "ow.server.httpd.route": route,
  "ow.server.httpd.resetRoutes": resetRoutes,
  "ow.server.httpd.mapWithExistingRoutes": mapWithExistingRoutes,
  "ow.server.httpd.mapRoutesWithLibs": mapRoutesWithLibs,
  "ow.server.httpd.getDefaultRoute": getDefaultRoute,
  "ow.server.httpd.setWebSocketRoute": (server: HttpServer) => server.addWS(),
  "ow.server.httpd.normalizePrefix": normalizePrefix,
  "ow.server.httpd.getPrefix": getPrefix,
  "ow.server.httpd.getHTMLPrefix": (server: unknown) =>
    isString(server) ? normalizePrefix(server) : getPrefix(server ?? 0),
  "ow.server.httpd.withPrefix": withPrefix,
  "ow.server.httpd.stripPrefix": stripPrefix,
  "ow.server.httpd.reply": reply,
  "ow.server.httpd.replyFile": replyFile,
  "ow.server.httpd.replyFileMD": replyFileMd,
  "ow.server.httpd.replyRedirect": replyRedirect,
  "ow.server.httpd.replyBrowse": replyBrowse,
  "ow.server.httpd.replyJSMap": (server: HttpServer, value: unknown) =>
    server.replyOKHTML(globals.ow.template.html.parseMapInHTML(value, undefined, getPrefix(server))),
  "ow.server.httpd.replyJSONRPC": replyJSONRPC,
  "ow.server.httpd.replyMCP": replyMCP,
  "ow.server.httpd.authBasic": authBasic,
  "ow.server.httpd.getMimeType": getMimeType,
  "ow.server.httpd.addMimeType": (ending: string, type: string) => {
    mimes[ending.toUpperCase()] = type;
  },
  "ow.server.httpd.addHTTPCode": (name: string, code: number) => {
    codes[name.toUpperCase()] = code;
  },
  "ow.server.httpd.codes": codes,
  "ow.server.httpd.cache": cache,
  "ow.server.httpd.mimes": mimes,
  "ow.server.jsonRPC": jsonRpc,
  "ow.server.rest.reply": restReply,
  "ow.server.rest.replyData": replyData,
  "ow.server.rest.parseQuery": parseQuery,
  "ow.server.rest.parseIndexes": parseIndexes,
  "ow.server.rest.writeIndexes": writeIndexes,
};
