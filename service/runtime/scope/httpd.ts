import {
  addHTTPCode,
  addMimeType,
  customLibs,
  getHS,
  getHTMLPrefix,
  mapRoutesWithLibs,
  replyJSMap,
  setWebSocketRoute,
} from "../features/httpd/extras.js";
import { cache, codes, getMimeType, mimes } from "../features/httpd/mimes.js";
import { getPrefix, normalizePrefix, stripPrefix, withPrefix } from "../features/httpd/prefix.js";
import { authBasic, reply, replyBrowse, replyFile, replyFileMd, replyRedirect } from "../features/httpd/replies.js";
import { parseIndexes, parseQuery, replyData, restReply } from "../features/httpd/rest-reply.js";
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
} from "../features/httpd/routes.js";
import { jsonRpc, replyJSONRPC, replyMCP } from "../features/httpd/rpc.js";
import { HttpServer } from "../features/httpd/server.js";
import { writeIndexes } from "../lib/http/calls.js";

export const scope = {
  HTTPd: HttpServer,
  "ow.server.httpd.__routes": routes,
  "ow.server.httpd.__defaultRoutes": defaultRoutes,
  "ow.server.httpd.__preRoutes": preRoutes,
  "ow.server.httpd.__servers": servers,
  "ow.server.httpd.customLibs": customLibs,
  "ow.server.httpd.start": start,
  "ow.server.httpd.stop": stop,
  "ow.server.httpd.getHS": getHS,
  "ow.server.httpd.route": route,
  "ow.server.httpd.resetRoutes": resetRoutes,
  "ow.server.httpd.mapWithExistingRoutes": mapWithExistingRoutes,
  "ow.server.httpd.mapRoutesWithLibs": mapRoutesWithLibs,
  "ow.server.httpd.getDefaultRoute": getDefaultRoute,
  "ow.server.httpd.setWebSocketRoute": setWebSocketRoute,
  "ow.server.httpd.normalizePrefix": normalizePrefix,
  "ow.server.httpd.getPrefix": getPrefix,
  "ow.server.httpd.getHTMLPrefix": getHTMLPrefix,
  "ow.server.httpd.withPrefix": withPrefix,
  "ow.server.httpd.stripPrefix": stripPrefix,
  "ow.server.httpd.reply": reply,
  "ow.server.httpd.replyFile": replyFile,
  "ow.server.httpd.replyFileMD": replyFileMd,
  "ow.server.httpd.replyRedirect": replyRedirect,
  "ow.server.httpd.replyBrowse": replyBrowse,
  "ow.server.httpd.replyJSMap": replyJSMap,
  "ow.server.httpd.replyJSONRPC": replyJSONRPC,
  "ow.server.httpd.replyMCP": replyMCP,
  "ow.server.httpd.authBasic": authBasic,
  "ow.server.httpd.getMimeType": getMimeType,
  "ow.server.httpd.addMimeType": addMimeType,
  "ow.server.httpd.addHTTPCode": addHTTPCode,
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
