import type { FastifyReply, FastifyRequest } from "fastify";
import { parseAddress } from "../../../base/address.js";
import { ServiceError } from "../../../base/errors.js";
import type { NodeCluster } from "../../../cluster/cluster.js";

export function bodyOf(request: FastifyRequest): Buffer {
  return (request.body as Buffer | undefined) ?? Buffer.alloc(0);
}

export function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.raw.url ?? "/", "http://node").searchParams;
}

/** The node that sent the request. @throws ServiceError `peer_not_understood` */
export function fromOf(request: FastifyRequest): string {
  const from = queryOf(request).get("from") ?? "";
  if (parseAddress(from) !== undefined) return from;
  throw notUnderstood(request, "'from' of the query must be host:port");
}

/** @throws ServiceError when the node that sent the request belongs to another cluster */
export function checkCluster(request: FastifyRequest, { heartbeats }: NodeCluster): void {
  heartbeats.checkCluster(queryOf(request).get("cname") ?? "", fromOf(request));
}

export function notUnderstood(request: FastifyRequest, what: string, cause?: unknown): ServiceError {
  return new ServiceError("peer_not_understood", { node: String(request.ip), what }, { cause });
}

/** Replies with JSON. */
export function sendJson(reply: FastifyReply, value: object): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(value));
}
