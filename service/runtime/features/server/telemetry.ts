import { isArray, isDef, isFunction, isNumber, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { Rest } from "../../lib/http/chain.js";
import { Threads } from "../../lib/threads/group.js";
import { reply } from "../httpd/replies.js";
import { mapWithExistingRoutes, type Route, route, start } from "../httpd/routes.js";
import type { HttpServer } from "../httpd/server.js";
import { fromObj2OpenMetrics } from "../metrics/open-metrics.js";
import { getAll, getSome } from "../metrics/registry.js";

/** Metrics given out over HTTP, or sent. */

const PERIOD_MS = 60_000;

/** Adds a route with the metrics: as JSON or, with `isOpen` or `?f=om`, as OpenMetrics text; `?s=a,b` chooses. */
export function passive(
  where: unknown = "7777",
  uri?: unknown,
  isOpen = false,
  prefix?: string,
  help?: Record<string, any>,
): void {
  const server = isNumber(where) ? start(Number(where)) : (where as HttpServer);
  const path = isString(uri) ? uri : isOpen ? "/metrics" : "/healthz";
  const answer: Route = ({ params }) => {
    const isText = params.f === "om" || (isOpen && params.f !== "json");
    const values = isDef(params.s) ? getSome(String(params.s).split(",")) : getAll();
    return isText
      ? server.replyOKText(fromObj2OpenMetrics(values, prefix, world.host.clock.nowMs(), help))
      : reply(values);
  };
  route(server, mapWithExistingRoutes(server, { [path]: answer }));
}

/** Calls `send` again and again, `ms` apart. */
export function active(send: unknown, ms: unknown = PERIOD_MS): void {
  if (!isFunction(send)) throw isUnDef(send) ? "sendFunc not defined or assigned" : "sendFunc is not a function";
  if (!isNumber(ms)) throw "period is not a number";
  new Threads().addScheduleThreadWithFixedDelay(send as () => unknown, Number(ms));
}

/** A function for `active` that posts the metrics to a Prometheus push gateway. */
export function send2Prometheus(url: string, prefix: unknown, names?: string[]): () => void {
  if (!isString(prefix)) throw isUnDef(prefix) ? "aPrefix not defined or assigned" : "aPrefix is not a string";
  return () => {
    const values = isArray(names) ? getSome(names) : getAll();
    new Rest({ requestHeaders: { "Content-Type": "text/plain" } }).post(url, fromObj2OpenMetrics(values, prefix));
  };
}
