import { createHash, type Hash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { WantedRun } from "../../model/runs.js";

const NONE = Object.freeze({});

/** Hashes made while large bodies arrived: a body may be gone later, and hashing 10 MB at once takes too long. */
const known = new WeakMap<FastifyRequest["raw"], string>();

/** The header `Idempotency-Key`, and the hash of the request it came with: method, target and body. */
export function readIdempotency(request: FastifyRequest): Pick<WantedRun, "idempotencyKey" | "payloadHash"> {
  const header = request.headers["idempotency-key"];
  if (header === undefined) return NONE;
  return { idempotencyKey: String(header), payloadHash: known.get(request.raw) ?? hashOf(request) };
}

/** Hashes a request with a large body piece by piece, for {@link readIdempotency}. */
export class PayloadHasher {
  private readonly hash: Hash | undefined;

  constructor(private readonly request: FastifyRequest) {
    if (request.headers["idempotency-key"] !== undefined) this.hash = begin(request);
  }

  update(piece: Buffer): void {
    this.hash?.update(piece);
  }

  /** Ends the hash when the whole body has arrived. */
  end(): void {
    if (this.hash !== undefined) known.set(this.request.raw, this.hash.digest("hex"));
  }
}

function hashOf(request: FastifyRequest): string {
  const body = request.body as Buffer | undefined;
  const hash = begin(request);
  return (body === undefined ? hash : hash.update(body)).digest("hex");
}

function begin({ method, raw }: FastifyRequest): Hash {
  return createHash("sha256").update(`${method} ${raw.url}\n`);
}
