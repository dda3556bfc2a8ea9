import { createHash } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { WantedRun } from "../../model/runs.js";

const NONE = Object.freeze({});

/** The header `Idempotency-Key` as it was sent, and the hash of what it was sent with: method, target and body. */
export function readIdempotency(request: FastifyRequest): Pick<WantedRun, "idempotencyKey" | "payloadHash"> {
  const header = request.headers["idempotency-key"];
  if (header === undefined) return NONE;
  const hash = createHash("sha256").update(`${request.method} ${request.raw.url}\n`);
  const body = request.body as Buffer | undefined;
  if (body !== undefined) hash.update(body);
  return { idempotencyKey: String(header), payloadHash: hash.digest("hex") };
}
