import { openApiDocument } from "../openapi/index.js";
import { json, open } from "../openapi/parts.js";
import type { ClientRoute } from "../route.js";

/** Needs no credentials: the description has no data of the node. */
const getApi: ClientRoute = {
  id: "getApi",
  method: "GET",
  path: "/openapi.json",
  access: "open",
  tag: "health",
  summary: "This document",
  replies: { 200: { description: "OpenAPI 3.1", content: json(open()) } },
  examples: [{ summary: "This document", status: 200, reply: { openapi: "3.1.0" } }],
  handler({ routes, node }) {
    let text: string | undefined;
    return (_request, reply) => {
      text ??= JSON.stringify(openApiDocument(routes, node.version));
      return reply.type("application/json; charset=utf-8").send(text);
    };
  },
};

export const openApiRoutes = [getApi];
