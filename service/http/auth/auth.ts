import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ServiceError } from "../../base/errors.js";
import type { OwnNames } from "../../config/own-names.js";
import { FOR_CLUSTER, v2Headers } from "../../signing/sign.js";
import { SignatureMemory } from "../../signing/signature-memory.js";
import { V1Verifier } from "../../signing/v1.js";
import { type V2Reception, V2Verifier } from "../../signing/v2.js";
import type { HttpOptions } from "../options.js";
import { RunTokens } from "./run-tokens.js";

/**
 * Accepts only requests with the node's key (`Authorization: Bearer KEY`, a v2 signature or a v1 signature, looked for
 * in this order) and those of the node's runs, with their tokens (see {@link RunTokens}). Applies to the scope it is called
 * on. With PRIVATE=true no credentials are needed.
 *
 * Neither keys nor signatures, given or expected, are ever logged.
 */
export function addAuth(scope: FastifyInstance, guard: Guard | undefined, { log, tokens }: AuthOptions): void {
  if (guard === undefined) {
    scope.addHook("onRequest", (request, _reply, done) => {
      const bearer = bearerOf(request);
      // A token is not needed here, but it identifies the run that sends the request.
      if (bearer !== undefined && RunTokens.isToken(bearer)) request.parent = tokens.runOf(bearer);
      done();
    });
    return;
  }
  const reporting = (request: FastifyRequest, check: () => void): Error | undefined => {
    try {
      check();
      return undefined;
    } catch (error) {
      if (error instanceof ServiceError) {
        log.warn({ code: error.code, from: request.ip, path: pathOf(request) }, "Request rejected: not authenticated");
      }
      return error as Error;
    }
  };
  // Checks that need no body come before the body is read.
  scope.addHook("onRequest", (request, _reply, done) => done(reporting(request, () => guard.checkHead(request))));
  scope.addHook("preHandler", (request, _reply, done) => done(reporting(request, () => guard.checkBody(request))));
}

export type AuthOptions = Pick<HttpOptions, "log" | "tokens">;

/** The headers with a signature that a route checks; none on a node without a guard. */
export function signatureHeaders(guard: Guard | undefined, takesV1: boolean): readonly string[] | undefined {
  if (guard === undefined) return undefined;
  return takesV1 && guard.takesV1 ? [v2Headers.signature, "auth"] : [v2Headers.signature];
}

/** @throws Error when there is neither a key nor PRIVATE */
export function needKey({ config, apiKey }: Pick<HttpOptions, "config" | "apiKey">): void {
  if (config.PRIVATE || (apiKey !== undefined && apiKey !== "")) return;
  throw new Error("APIKEY is missing: only a node with PRIVATE=true needs none");
}

/** Checks credentials; undefined with PRIVATE=true. */
export function createGuard(
  { config, apiKey, tokens, node, signatures = new SignatureMemory() }: GuardOptions,
  names: OwnNames,
): Guard | undefined {
  if (config.PRIVATE || apiKey === undefined) return undefined;
  const reception: V2Reception = {
    isMeant(to) {
      if (to.startsWith(FOR_CLUSTER)) return to.slice(FOR_CLUSTER.length) === config.CNAME;
      return names.isAddress(to, node.port());
    },
    use: signatures.clients.use,
  };
  return new Guard(apiKey, tokens, reception, config.SIGNATURES !== "v2");
}

type GuardOptions = Pick<HttpOptions, "config" | "apiKey" | "tokens" | "node" | "signatures">;

/** Verifies the credentials of requests. */
export class Guard {
  private readonly keyHash: Buffer;
  private readonly v1: V1Verifier;
  private readonly v2: V2Verifier;

  constructor(
    apiKey: string,
    private readonly tokens: RunTokens,
    reception: V2Reception,
    /** Signatures of version 1 are accepted, on the routes of existing clients. */
    readonly takesV1: boolean,
  ) {
    this.keyHash = hash(apiKey);
    this.v1 = new V1Verifier(apiKey);
    this.v2 = new V2Verifier(apiKey, reception);
  }

  /** Does the request have the key itself, or the token of a run? */
  knows(request: FastifyRequest): boolean {
    const bearer = bearerOf(request);
    if (bearer === undefined) return false;
    return this.isKey(bearer) || (RunTokens.isToken(bearer) && this.tokens.runOf(bearer) !== undefined);
  }

  checkHead(request: FastifyRequest): void {
    const { headers } = request;
    const bearer = bearerOf(request);
    if (bearer !== undefined) {
      if (this.isKey(bearer)) return;
      if (!RunTokens.isToken(bearer)) throw new ServiceError("bad_key");
      request.parent = this.tokens.runOf(bearer);
      if (request.parent === undefined) throw new ServiceError("bad_run_token");
    } else if (headers[v2Headers.signature] === undefined) {
      const asked = { method: request.method, path: pathOf(request) };
      if (headers.auth === undefined) throw new ServiceError("unauthorised", asked);
      if (!this.takesV1) throw new ServiceError("v1_refused", { ...asked, reason: "this node has SIGNATURES=v2" });
      if (!request.routeOptions.config.takesV1) {
        throw new ServiceError("v1_refused", { ...asked, reason: "only POST to /ojob, /run, /yaml and /json does" });
      }
    }
  }

  checkBody(request: FastifyRequest): void {
    if (bearerOf(request) !== undefined) return;
    const { method } = request;
    const headers: IncomingHttpHeaders = { ...request.headers, "content-type": request.contentType };
    const target = request.raw.url ?? "/";
    const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
    if (headers[v2Headers.signature] !== undefined) return this.v2.verify({ method, target, headers, body });
    if (!this.v1.verify(String(headers.auth), target, body))
      throw new ServiceError("bad_signature", { header: "auth" });
  }

  /** Compares hashes, which have the same length whatever was given. */
  private isKey(bearer: string): boolean {
    return timingSafeEqual(hash(bearer), this.keyHash);
  }
}

/** The key of `Authorization: Bearer KEY` (RFC 6750); other schemes are meant for others, such as a proxy. */
function bearerOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  return authorization !== undefined && /^bearer /i.test(authorization) ? authorization.slice(7).trim() : undefined;
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** The target without its query, which may contain secrets. */
function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? "/").replace(/\?.*$/s, "");
}
