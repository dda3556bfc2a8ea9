import { getHeapStatistics } from "node:v8";
import type { FastifyInstance } from "fastify";

/**
 * `GET /v1/node/memory`: the JavaScript heap of the node's process in bytes: `max` it may have, `total` it has taken from
 * the system, `used` and `free` of that.
 */
export function addMemoryRoute(scope: FastifyInstance): void {
  scope.get("/v1/node/memory", (_request, reply) => {
    const { heap_size_limit: max, total_heap_size: total, used_heap_size: used } = getHeapStatistics();
    return reply.send({ max, total, used, free: total - used });
  });
}
