import { passInterrupt } from "../../base/scheduler.js";
import { isArray, isDef, isFunction, isUnDef } from "../../base/values/types.js";
import { genUUID } from "../../lib/bytes/hashes.js";
import { filterKeys } from "../../lib/query/filters.js";
import { logErr } from "../../lib/terminal/log.js";
import { authBasic } from "../httpd/replies.js";
import type { RequestMap } from "../httpd/request.js";
import { restReply } from "../httpd/rest-reply.js";
import { getDefaultRoute, mapWithExistingRoutes, route, start } from "../httpd/routes.js";
import { HttpServer } from "../httpd/server.js";
import { registry } from "./registry.js";
import { idOf } from "./simple.js";

/** Changes made through HTTP, by channel. */
const counters: Record<string, number> = {};
let logAccess: (what: Record<string, unknown>) => void = () => undefined;

export function setLog(use: (what: Record<string, unknown>) => void): void {
  logAccess = use;
}

/**
 * Gives a channel out over HTTP.
 * @param where a server, or the port for a new one
 * @param isAllowed `(user, password, server, request)`; it may set `request.channelPermission` to `r`, `w` or `rw`
 * @returns an id
 */
export function expose(
  name: string,
  where: unknown,
  path = `/${name}`,
  isAllowed?: unknown,
  refuse?: any,
  noCheck?: boolean,
): string | undefined {
  if (isUnDef(where)) return undefined;
  const known = registry.exposed[name]?.find((one) => one.path === path && one.server.isAlive());
  if (known !== undefined) return known.uuid;
  if (!noCheck) registry.create(name);
  const server = where instanceof HttpServer ? where : start(where);
  const uuid = genUUID();
  const answer = (request: RequestMap): unknown => routeProcessing(path, request, name, uuid);
  const guarded = (request: RequestMap): unknown =>
    authBasic(
      name,
      server,
      request,
      (user, pass) => {
        const isGood = (isAllowed as (...args: any[]) => unknown)(user, pass, server, request);
        request.user = user;
        logAccess({ name, request, op: isGood ? "AUTH_OK" : "AUTH_NOT_OK" });
        return isGood;
      },
      (_server, allowed) => {
        allowed.channelPermission ??= "rw";
        return answer(allowed);
      },
      refuse,
    );
  const more = mapWithExistingRoutes(server, { [path]: isFunction(isAllowed) ? guarded : answer });
  route(server, more, getDefaultRoute(server));
  (registry.exposed[name] ??= []).push({ uuid, server, path });
  return uuid;
}

/** Answers a request for a channel (`type: remote` sends such). */
export function routeProcessing(path: string, request: RequestMap, name: string, uuid: string): Record<string, any> {
  const may = (what: "r" | "w"): boolean =>
    !isDef(request.channelPermission) || request.channelPermission.includes(what);
  const answer = (op: string, what: "r" | "w", work: () => { r: any; c?: number } | undefined): any => {
    logAccess({ request, name, op });
    try {
      const { c, r } = may(what) ? (work() ?? {}) : { c: -1, r: {} };
      if (c === undefined && r === undefined && what === "w") return {};
      return { l: registry.size(name), v: registry.getVersion(name), c, r };
    } catch (error) {
      passInterrupt(error);
      logErr(`channel ${name}: ${op} over HTTP: ${error}`);
      return {};
    }
  };
  return restReply(
    path,
    request,
    (index, data) => answer("CREATE", "w", () => write(name, index, data, uuid, request)),
    (index) => answer("GET", "r", () => read(name, index)),
    (index, data) => answer("SET", "w", () => write(name, index, data, uuid, request)),
    (index) =>
      answer("REMOVE", "w", () =>
        index.o === "e" ? { c: count(name), r: registry.unset(name, index.k, index.t, uuid, request) } : undefined,
      ),
  );
}

function count(name: string, by = 1): number {
  counters[name] = (counters[name] ?? 0) + by;
  return counters[name];
}

function read(name: string, { o, k }: Record<string, any>): { r: any; c?: number } | undefined {
  const c = counters[name];
  if (o === "a") return { r: registry.getAll(name), c };
  if (o === "e") return { r: registry.get(name, k), c };
  if (o === "k") return { r: registry.getKeys(name, false), c };
  if (o === "s") return { r: registry.getSortedKeys(name, false), c };
  return o === "l" ? { r: registry.size(name), c } : undefined;
}

function write(
  name: string,
  { o, k, t, m }: Record<string, any>,
  value: any,
  uuid: string,
  request: RequestMap,
): { r: any; c: number } | undefined {
  if (o === "e") return { c: count(name), r: registry.set(name, k, value, t, uuid, request) };
  if (o === "es") return { c: count(name), r: registry.getSet(name, m, k, value, t, uuid, request) };
  if (!isArray(k) || !isArray(value)) return undefined;
  if (o === "a") return { c: count(name), r: registry.setAll(name, k, value, t, uuid, request) };
  if (o === "ua") return { c: count(name, -1), r: registry.unsetAll(name, k, value, t, uuid, request) };
  if (o !== "r") return undefined;
  const kept = new Set(value.map((entry) => idOf(filterKeys(k, entry))));
  for (const key of registry.getKeys(name)) if (!kept.has(idOf(key))) registry.unset(name, key, t, uuid, request);
  counters[name] = 0;
  return { c: 0, r: registry.setAll(name, k, value, t, uuid, request) };
}
