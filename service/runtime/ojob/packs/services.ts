import { jobScope } from "../../base/job-scope.js";
import { inSteps } from "../../base/pausing.js";
import { passInterrupt, type Steps } from "../../base/scheduler.js";
import { textOf } from "../../base/values/thrown.js";
import { isMap, toBoolean } from "../../base/values/types.js";
import { globals } from "../../base/world.js";
import { reply } from "../../features/httpd/replies.js";
import type { ReplyMap } from "../../features/httpd/reply.js";
import type { RequestMap } from "../../features/httpd/request.js";
import { type Route, route, start, stop } from "../../features/httpd/routes.js";
import type { HttpServer } from "../../features/httpd/server.js";
import { merge } from "../../lib/maps/merge.js";
import { check } from "../../lib/maps/sigil.js";
import { templify } from "../../lib/template/template.js";
import { log, logErr } from "../../lib/terminal/log.js";
import type { AnyMap } from "../model/shapes.js";

/** The HTTP servers that jobs of packs share, by port, under the global names code of jobs knows. */

const DEFAULT_PORT = 8091;
const AUDIT =
  "AUDIT HTTP | {{method}} {{uri}} {{reply.status}} {{{reply.mimetype}}} ({{header.remote-addr}}; {{header.user-agent}})";

type Table = "__ojobHttp" | "__ojobRoutes" | "__ojobPreRoutes" | "__ojobHttpUriPrefix";

export function table(name: Table): Record<string, any> {
  return (globals[name] ??= {});
}

/** Port of a job: a number, or a text with one. @throws text when it is neither */
export function portOf(args: AnyMap): number {
  return Number(check(args.port, "port").isNumber().default(DEFAULT_PORT));
}

/** @throws Error when nothing was started there */
export function serverAt(port: number): HttpServer {
  const server = table("__ojobHttp")[port];
  if (server === undefined)
    throw new Error(`there is no HTTP server at port ${port}: start it first, with (httpdStart): ${port}`);
  return server;
}

/** Ports whose server does not listen yet: jobs that run beside its start wait for it. */
const starting = new Set<number>();

/** Starts the server of a port unless it is there. */
export function startServer(args: AnyMap): void {
  const port = portOf(args);
  starting.add(port);
  try {
    table("__ojobHttp")[port] ??= args.hs ?? start(port, args.host, args.keystore);
  } finally {
    starting.delete(port);
  }
  table("__ojobPreRoutes")[port] ??= "";
  const prefixes = jobScope.__flags?.HTTPD_PREFIX;
  table("__ojobHttpUriPrefix")[port] = args.uriPrefix ?? (isMap(prefixes) ? (prefixes[port] ?? prefixes[0]) : prefixes);
  const withLibs = check(args.mapLibs).isBoolean().default(false);
  table("__ojobRoutes")[port] ??= withLibs ? jobScope.ow.server.httpd.mapRoutesWithLibs(serverAt(port), {}) : {};
}

export function stopServer(args: AnyMap): void {
  const port = portOf(args);
  const server = table("__ojobHttp")[port];
  if (server !== undefined) stop(server);
  for (const name of ["__ojobHttp", "__ojobRoutes", "__ojobPreRoutes", "__ojobHttpUriPrefix"] as const)
    delete table(name)[port];
  log(`STOPPED [${port}]`);
}

/** Answer to a path of a server. */
export interface Service {
  port: number;
  uri: string;
  /** Gives a reply map, or a value to make one of. */
  answer(request: RequestMap, server: HttpServer): unknown | Steps<unknown>;
  /** Is each request logged? True unless given. */
  audit?: unknown;
  auditTemplate?: string;
  /** Does the client see why it failed? */
  error?: unknown;
}

/**
 * Adds a service and makes it reachable.
 * @throws Error when its port has no server
 */
export function* addService(service: Service): Steps<void> {
  const { port, uri } = service;
  if (starting.has(port)) yield { ready: () => !starting.has(port), what: `the HTTP server at port ${port}` };
  serverAt(port);
  table("__ojobRoutes")[port][uri] = inSteps(function* (request: RequestMap): Steps<unknown> {
    const given = yield* answered(service, request);
    if (service.audit === undefined || toBoolean(service.audit)) audit(service, request, given);
    return given;
  });
  applyRoutes(port);
}

/** Puts the routes of a port into force. */
export function applyRoutes(port: number): void {
  const server = serverAt(port);
  const refuse: Route = () => server.reply("", "", 401, {});
  route(server, table("__ojobRoutes")[port], refuse);
  log(`READY [${server.getPort()}]`);
}

function* answered({ port, answer, uri, error: isShown }: Service, request: RequestMap): Steps<ReplyMap> {
  try {
    const made = answer(request, serverAt(port));
    const value = isGenerator(made) ? yield* made : made;
    return isMap(value) ? (value as ReplyMap) : reply(value, undefined, undefined, {});
  } catch (error) {
    passInterrupt(error);
    logErr(`HTTP service ${uri} at port ${port}: ${textOf(error)}`);
    return { data: isShown ? textOf(error) : "", mimetype: "text/plain", status: 500, header: {} };
  }
}

function audit({ auditTemplate }: Service, request: RequestMap, { status = 200, mimetype }: ReplyMap): void {
  log(templify(auditTemplate ?? AUDIT, merge(request, { reply: { status, mimetype } })));
}

export function isGenerator(value: unknown): value is Steps<unknown> {
  return Object.prototype.toString.call(value) === "[object Generator]";
}
