import type { FastifyInstance } from "fastify";
import { Metrics } from "../metrics.js";
import type { HttpOptions } from "../options.js";

/** `GET /metrics`: figures of the node as Prometheus reads them. With the key as `Authorization: Bearer`, as all that tells of runs. */
export function addMetricsRoute(scope: FastifyInstance, options: HttpOptions): void {
  const metrics = new Metrics(options);
  scope.get("/metrics", async (_request, reply) => {
    const { type, text } = await metrics.read();
    return reply.type(type).header("cache-control", "no-store").send(text);
  });
}
