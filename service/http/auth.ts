import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { v2Headers } from "../client/sign.js";
import { ServiceError } from "../errors.js";
import { V1Verifier } from "./auth-v1.js";
import { V2Verifier } from "./auth-v2.js";
import type { HttpOptions } from "./options.js";
import { RunTokens } from "./run-tokens.js";

/**
 * Lets only those pass who know the node's key: `Authorization: Bearer KEY`, a v2 signature or a v1 signature, looked for
 * in this order; and the runs of the node, by their tokens (see {@link RunTokens}). Applies to the scope it is called on. With PRIVATE=true nothing is asked for.
 *
 * Neither keys nor signatures, given or expected, are ever logged.
 */
export function addAuth(scope: FastifyInstance, guard: Guard | undefined, { log, tokens }: AuthOptions): void {
  if (guard === undefined) {
    scope.addHook("onRequest", (request, _reply, done) => {
      const bearer = bearerOf(request);
      // Nobody needs a token here, but who has one says who asks.
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
        log.warn({ code: error.code, from: request.ip, path: pathOf(request) }, "Request refused: not authenticated");
      }
      return error as Error;
    }
  };
  scope.addHook("onRoute", (route) => {
    route.config = { ...route.config, signedWith: signatureHeaders };
  });
  // What needs no body is checked before the body is read.
  scope.addHook("onRequest", (request, _reply, done) => done(reporting(request, () => guard.checkHead(request))));
  scope.addHook("preHandler", (request, _reply, done) => done(reporting(request, () => guard.checkBody(request))));
}

type AuthOptions = Pick<HttpOptions, "log" | "tokens">;

/** Headers that hold a signature. */
const signatureHeaders = [v2Headers.signature, "auth"] as const;

/**
 * What knows the key of a node; undefined with PRIVATE=true.
 * @throws Error when there is no key
 */
export function createGuard({ config, apiKey, tokens }: Pick<HttpOptions, "config" | "apiKey" | "tokens">) {
  if (config.PRIVATE) return undefined;
  if (apiKey === undefined || apiKey === "")
    throw new Error("APIKEY is missing: only a node with PRIVATE=true needs none");
  return new Guard(apiKey, tokens);
}

/** Tells who knows the key of a node. */
export class Guard {
  private readonly keyHash: Buffer;
  private readonly v1: V1Verifier;
  private readonly v2: V2Verifier;

  constructor(
    apiKey: string,
    private readonly tokens: RunTokens,
  ) {
    this.keyHash = hash(apiKey);
    this.v1 = new V1Verifier(apiKey);
    this.v2 = new V2Verifier(apiKey);
  }

  /** Does it carry the key itself, or the token of a run? */
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
    } else if (headers[v2Headers.signature] === undefined && headers.auth === undefined) {
      throw new ServiceError("unauthorised", { method: request.method, path: pathOf(request) });
    }
  }

  checkBody(request: FastifyRequest): void {
    if (bearerOf(request) !== undefined) return;
    const { headers, method } = request;
    const target = request.raw.url ?? "/";
    const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
    if (headers[v2Headers.signature] !== undefined) return this.v2.verify({ method, target, headers, body });
    if (!this.v1.verify(String(headers.auth), target, body))
      throw new ServiceError("bad_signature", { header: "auth" });
  }

  /** The hashes are of equal length, whatever was given. */
  private isKey(bearer: string): boolean {
    return timingSafeEqual(hash(bearer), this.keyHash);
  }
}

/** The key of `Authorization: Bearer KEY` (RFC 6750); other schemes are somebody else's, a proxy's for instance. */
function bearerOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  return authorization !== undefined && /^bearer /i.test(authorization) ? authorization.slice(7).trim() : undefined;
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** The target without its query, which may hold what nobody else is to see. */
function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? "/").replace(/\?.*$/s, "");
}
