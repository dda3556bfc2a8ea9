import type { FastifyRequest } from "fastify";
import type { NodeCluster } from "../../cluster/cluster.js";

/**
 * Checks the signature of a peer.
 * @param isIntroduction accepts a request for any node of a cluster
 * @throws ServiceError `peer_unsigned`, `unknown_key_id` and the others of scheme v2
 */
export function verifyPeer(
  { key }: NodeCluster,
  { method, raw, headers }: FastifyRequest,
  body: Buffer,
  isIntroduction = false,
): void {
  key.verify(method, raw.url ?? "/", headers, body, isIntroduction);
}
