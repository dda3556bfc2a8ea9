// The description of the HTTP API by OpenAPI 3.1, from the entries of the routes for clients.
import type { ClientRoute, Route, Schema } from "../route.js";
import { operationObject } from "./operation.js";
import { schemas } from "./schemas.js";

/** The routes that are described: those for clients, not those for peers. */
export function describedRoutes(routes: readonly Route[]): ClientRoute[] {
  return routes.filter((route) => route.access !== "peer");
}

/** @param version of the service */
export function openApiDocument(routes: readonly Route[], version: string): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const route of describedRoutes(routes)) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationObject(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "rojob",
      version,
      summary: "Runs oJobs as a service",
      description: "The content type of a body is ignored. `HEAD` is supported wherever `GET` is.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "http://localhost:8787" }],
    tags: [
      { name: "runs", description: "Start, wait, read, kill" },
      { name: "nodes", description: "The nodes of the cluster" },
      { name: "health", description: "Operation of the node" },
      { name: "compatible", description: "Routes of the original service" },
    ],
    // With PRIVATE=true no credentials are needed.
    security: [{ key: [] }, { signature: [] }, { signatureV1: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "APIKEY, or the token of a run of this node" },
        signature: {
          type: "apiKey",
          in: "header",
          name: "x-rojob-signature",
          description: "Version 2, with `x-rojob-date`, `x-rojob-nonce` and `x-rojob-key`",
        },
        signatureV1: { type: "apiKey", in: "header", name: "auth", description: "Version 1, of existing clients" },
      },
    },
  };
}
