import type { FastifyInstance } from "fastify";
import { openApiDocument } from "../openapi/index.js";

/** `GET /openapi.json`: what this API takes and gives, OpenAPI 3.1. Without credentials: it tells nothing of the node. */
export function addOpenApiRoute(scope: FastifyInstance, version: string): void {
  let text: string | undefined;
  scope.get("/openapi.json", (_request, reply) => {
    text ??= JSON.stringify(openApiDocument(version));
    return reply.type("application/json; charset=utf-8").send(text);
  });
}
