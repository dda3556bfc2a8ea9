import type { FastifyInstance } from "fastify";
import { ServiceError } from "../../base/errors.js";
import type { HttpOptions } from "../options.js";

/** `GET /healthz`: the process answers. `GET /readyz`: it takes runs, perhaps slowly (`warnings`), or 503 with the reason. Both without credentials. */
export function addHealthRoutes(scope: FastifyInstance, { ready, node }: Pick<HttpOptions, "ready" | "node">): void {
  scope.get("/healthz", (_request, reply) => reply.send({ status: "ok" }));
  scope.get("/readyz", (_request, reply) => {
    const state = ready();
    if (state !== true) throw new ServiceError("not_ready", { reason: state });
    const { warning } = node.activity();
    return reply.send(warning === undefined ? { status: "ready" } : { status: "ready", warnings: [warning] });
  });
}
