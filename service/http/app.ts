import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { ServiceError } from "../base/errors.js";
import { OJobSources } from "../catalog/ojob-source.js";
import { RunFolder } from "../catalog/run-folder.js";
import { shippedJobs } from "../catalog/shipped-jobs.js";
import { OwnNames } from "../config/own-names.js";
import { createGuard, type Guard, needKey } from "./auth/auth.js";
import { OriginCheck, type OriginRefusal } from "./auth/origin-check.js";
import { Documents } from "./body/documents.js";
import { ParseThreads } from "./body/large/parse-threads.js";
import { dropPaced } from "./body/paced.js";
import { receiveBody, SMALL_BODY } from "./body/receive-body.js";
import type { HttpOptions } from "./options.js";
import { registerRoutes } from "./register-routes.js";
import { addMethodReplies } from "./reply/methods.js";
import { asServiceError, sendProblem } from "./reply/problem.js";
import { routes } from "./routes/index.js";
import type { RouteServices } from "./services.js";
import { Starter } from "./starter.js";
import { withoutSchemas } from "./without-schemas.js";

declare module "fastify" {
  interface FastifyRequest {
    /** `performance.now()` when the head of the request had arrived. */
    startedAt: number;
    /** The caller: an address, or `run UUID`. */
    by: string;
    /** uuid of the run that sent the request with its token. */
    parent: string | undefined;
    /** The header Content-Type as sent; the node does not depend on it. */
    contentType: string | undefined;
  }
}

/** Longest time for a whole request to arrive, ms; it does not limit the time of the run. */
const ARRIVAL_TIMEOUT_MS = 120_000;
/** Time that an idle connection is kept for the next request, ms. */
const KEEP_ALIVE_MS = 72_000;
/** Characters of a uuid, percent-encoded: the name of a host may have 255. */
const LONGEST_UUID = 1000;
/** Refusals of bodies that are not read. */
const refusedUnread: readonly string[] = ["body_too_large", "unsupported_encoding"];
const NO_QUERY = Object.freeze({});

/**
 * The HTTP side of a node, not yet listening.
 *
 * Bodies reach the handlers as bytes whatever their content type, since clients send none or a wrong one. Handlers read their
 * queries themselves. An {@link OriginCheck} precedes every route. Routes with credentials form a scope with authentication.
 *
 * @throws Error when there is no key, and no PRIVATE
 */
export function createHttp(options: HttpOptions): FastifyInstance {
  const { config, runs, log } = options;
  needKey(options);
  const names = new OwnNames(config);
  const guard = createGuard(options, names);
  const originCheck = new OriginCheck(names);
  const originRefusal = (request: FastifyRequest): OriginRefusal | undefined => {
    const refusal = originCheck.refusal(request.raw);
    if (refusal === undefined || (refusal.code === "foreign_host" && isTrusted(request, guard))) return undefined;
    log.warn(
      { code: refusal.code, from: request.ip, host: request.headers.host },
      "Request rejected: host or origin not allowed",
    );
    return refusal;
  };
  const onError = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const refusal = asServiceError(error, request, log, config.MAXBODY);
    // Many clients send the whole body before they read: they would see a closed connection instead of the reply.
    if (refusedUnread.includes(refusal.code) && "content-length" in request.headers) reply.removeHeader("connection");
    if (request.body === undefined && !request.raw.readableEnded) dropPaced(request.raw);
    sendProblem(reply, refusal);
  };

  const app = Fastify({
    // Routes that take oJobs set their own limit.
    bodyLimit: Math.min(config.MAXBODY, SMALL_BODY),
    requestTimeout: ARRIVAL_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    schemaController: withoutSchemas,
    return503OnClosing: false, // the hooks below refuse requests while the node closes, with a problem document
    routerOptions: { querystringParser: () => NO_QUERY, maxParamLength: LONGEST_UUID },
    frameworkErrors: (error, request, reply) => onError(originRefusal(request) ?? error, request, reply),
  });
  app.setErrorHandler(onError);
  app.addHook("onRequest", (request, _reply, done) => done(originRefusal(request)));
  acceptAnyBody(app);
  addMethodReplies(app);

  let closing = false;
  app.addHook("preClose", (done) => {
    closing = true;
    // Connections with a reply under way would otherwise stay open for another request, and keep the server from closing.
    app.server.keepAliveTimeout = 1;
    done();
  });
  app.decorateRequest("startedAt", 0);
  app.decorateRequest("parent", undefined);
  app.decorateRequest("contentType", undefined);
  app.decorateRequest("by", {
    getter() {
      return this.parent === undefined ? this.ip : `run ${this.parent}`;
    },
  });
  app.addHook("onRequest", (request, _reply, done) => {
    request.startedAt = performance.now();
    done();
  });

  const sources = new OJobSources();
  const threads = new ParseThreads(options.parsing);
  app.addHook("onClose", () => threads.close());
  const services: RouteServices = {
    config,
    runs,
    documents: new Documents(sources, threads),
    starter: new Starter(runs),
    folder: new RunFolder(config.RUN, sources, config.RUNONLY ? undefined : shippedJobs),
    node: options.node,
    cluster: options.cluster,
    ready: () => options.ready(),
    routes,
  };
  // On every route, since clients that keep a connection to a stopping node have to look for another node.
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (closing || options.isLeaving?.()) reply.header("connection", "close");
    done();
  });
  registerRoutes(app, routes, {
    services,
    peers: options.peers && { ...options.peers, config, folder: services.folder },
    guard,
    auth: options,
    beforeClients(request, _reply, done) {
      options.clients?.note(request.startedAt);
      if (closing && !options.isLeaving?.()) done(new ServiceError("draining"));
      else if (options.gate?.isOpen ?? true) done();
      else void untilStarted(options.gate!).then(done);
    },
  });
  return app;
}

/** Waits until the node has started; returns the error to reply with if it does not start. */
async function untilStarted(gate: NonNullable<HttpOptions["gate"]>): Promise<ServiceError | undefined> {
  return (await gate.pass()) ? undefined : new ServiceError("not_ready", { reason: "it is starting" });
}

/**
 * May the request have a host name that is not one of the node? A page that rebinds its name does not know the key. A request
 * with the key may, and so may one with a signature that the route checks.
 */
function isTrusted(request: FastifyRequest, guard: Guard | undefined): boolean {
  const { signedWith = [] } = request.routeOptions.config ?? {};
  return signedWith.some((name) => request.headers[name] !== undefined) || (guard?.knows(request) ?? false);
}

/** Accepts a missing, unknown or malformed content type like any other. */
function acceptAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", receiveBody);
  app.addHook("onRequest", (request, _reply, done) => {
    const { headers } = request.raw;
    request.contentType = headers["content-type"];
    if (headers["content-type"] !== undefined) headers["content-type"] = "application/octet-stream";
    done();
  });
}
