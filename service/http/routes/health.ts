import { ServiceError } from "../../base/errors.js";
import { closed, json } from "../openapi/parts.js";
import type { ClientRoute } from "../route.js";

const isAlive: ClientRoute = {
  id: "isAlive",
  method: "GET",
  path: "/healthz",
  access: "open",
  tag: "health",
  summary: "Checks whether the process is alive",
  replies: {
    200: {
      description: "The process is alive",
      content: json(closed({ status: { const: "ok" } })),
    },
  },
  examples: [{ summary: "Alive", status: 200, reply: { status: "ok" } }],
  handler: () => (_request, reply) => reply.send({ status: "ok" }),
};

/** A node that is slow although it accepts runs gives the reasons in `warnings`. */
const isReady: ClientRoute = {
  id: "isReady",
  method: "GET",
  path: "/readyz",
  access: "open",
  tag: "health",
  summary: "Checks whether the node accepts runs",
  replies: {
    200: {
      description: "The node accepts runs; `warnings` lists what slows it down",
      content: json(
        closed({ status: { const: "ready" }, warnings: { type: "array", items: { type: "string" } } }, ["status"]),
      ),
    },
  },
  problems: ["not_ready"],
  examples: [{ summary: "Ready", status: 200, reply: { status: "ready" } }],
  handler:
    ({ ready, node }) =>
    (_request, reply) => {
      const state = ready();
      if (state !== true) throw new ServiceError("not_ready", { reason: state });
      const { warning } = node.activity();
      return reply.send(warning === undefined ? { status: "ready" } : { status: "ready", warnings: [warning] });
    },
};

export const healthRoutes = [isAlive, isReady];
