import { callInSteps, inSteps } from "../../base/pausing.js";
import { passInterrupt, type Steps } from "../../base/scheduler.js";
import { isFunction, isMap, isNumber, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { toSlon } from "../../lib/data/slon.js";
import { getPrefix, stripPrefix } from "./prefix.js";
import type { RequestMap } from "./request.js";
import { HttpServer } from "./server.js";

/** The servers of a run by port, and the functions that answer for paths of them. */

export type Route = (request: RequestMap, server: HttpServer) => unknown;
type Routes = Record<string, Route>;

export const servers: Record<string, HttpServer> = {};
export const routes: Record<string, Routes> = {};
export const defaultRoutes: Record<string, Route> = {};
export const preRoutes: Record<string, Route> = {};

/** Path for requests without a handler; cut off in front of a path before its route is looked up. */
const ROUTES_PATH = "/r/";

/** Starts a server; the one of the same port, when there is one, is given again. */
export function start(port?: any, host?: unknown, keyStore?: unknown): HttpServer {
  if (isNumber(port) && servers[port] !== undefined) return servers[port];
  const server = new HttpServer(port, host, keyStore);
  resetRoutes(server);
  servers[isUnDef(port) ? server.getPort() : port] = server;
  return server;
}

export function stop(server: HttpServer): void {
  const port = server.getPort();
  server.stop();
  for (const table of [routes, defaultRoutes, preRoutes, servers]) delete table[port];
}

export function resetRoutes(server: HttpServer): HttpServer {
  routes[server.getPort()] = {};
  delete preRoutes[server.getPort()];
  route(server, {});
  return server;
}

/**
 * Adds routes. A route takes its path and everything below; the longest wins.
 * @param byDefault answers what no route takes; absent: status 401
 * @param before called with every request first
 */
export function route(
  server: HttpServer,
  more: unknown = {},
  byDefault?: unknown,
  path: unknown = ROUTES_PATH,
  before?: unknown,
): void {
  if (!isMap(more)) throw "aMapOfRoutes is not a map";
  if (!isUnDef(byDefault) && !isFunction(byDefault)) throw "aDefaultRoute is not a function";
  const port = server.getPort();
  routes[port] = { ...routes[port], ...more };
  defaultRoutes[port] = (byDefault as Route | undefined) ?? (() => server.reply("", "", 401));
  if (isFunction(before)) preRoutes[port] = before as Route;
  const answer = inSteps(function* (request: RequestMap): Steps<unknown> {
    try {
      return yield* serve(server, String(path), request);
    } catch (error) {
      passInterrupt(error);
      world.host.output.write(2, `HTTPd route error: ${toSlon(request)} | ${error}\n`);
      return { status: 500, mimetype: "text/plain", data: "" };
    }
  });
  server.add(path, answer);
  server.setDefault(path);
}

function* serve(server: HttpServer, path: string, request: RequestMap): Steps<unknown> {
  const port = server.getPort();
  let uri = request.uri.startsWith(path) ? request.uri.slice(path.length) : request.uri;
  if (getPrefix(server) !== "") {
    const inside = stripPrefix(server, uri);
    if (inside === undefined) return defaultRoutes[port]?.(request, server);
    request.originalURI = request.uri;
    request.uri = inside;
    uri = inside;
  }
  preRoutes[port]?.(request, server);
  const known = routes[port] ?? {};
  let best = isFunction(known[uri]) ? uri : "/";
  if (best !== uri)
    for (const name of Object.keys(known))
      if (name.length > best.length && (uri === name || uri.startsWith(`${name}/`))) best = name;
  const found = Object.hasOwn(known, best) ? known[best] : undefined;
  const route = isFunction(found) ? found : defaultRoutes[port];
  return isFunction(route) ? yield* callInSteps(route, [request, server]) : undefined;
}

/** The routes there are, with `more` over them. */
export function mapWithExistingRoutes(server: HttpServer, more: Routes = {}): Routes {
  return { ...routes[server.getPort()], ...more };
}

/** Answers requests without a route. */
export function getDefaultRoute(server: HttpServer): Route | undefined {
  return defaultRoutes[server.getPort()];
}
