import { getHeapStatistics } from "node:v8";
import type { FastifyReply } from "fastify";
import { json } from "../openapi/parts.js";
import type { NodeControl } from "../options.js";
import { sendJson } from "../reply/send-json.js";
import type { ClientRoute } from "../route.js";

const stopping = json({ type: "object", properties: { stopping: { const: true } } });

const getMemory: ClientRoute = {
  id: "getMemory",
  method: "GET",
  path: "/v1/node/memory",
  access: "key",
  tag: "nodes",
  summary: "Returns the JavaScript heap of the node process, in bytes",
  replies: {
    200: {
      description: "Limit of the heap, size allocated from the system, and its used and free parts",
      content: json({
        type: "object",
        properties: Object.fromEntries(["max", "total", "used", "free"].map((name) => [name, { type: "integer" }])),
        required: ["max", "total", "used", "free"],
      }),
    },
  },
  handler: () => (_request, reply) => {
    const { heap_size_limit: max, total_heap_size: total, used_heap_size: used } = getHeapStatistics();
    return reply.send({ max, total, used, free: total - used });
  },
};

const stopNode: ClientRoute = {
  id: "stopNode",
  method: "POST",
  path: "/v1/node/stop",
  access: "key",
  tag: "nodes",
  summary: "Stops the node after the reply",
  replies: { 202: { description: "The node stops; its runs may finish within KILLGRACE", content: stopping } },
  handler:
    ({ node }) =>
    (_request, reply) =>
      stopAfter(reply, node, { stopping: true }),
};

const stopCluster: ClientRoute = {
  id: "stopCluster",
  method: "POST",
  path: "/v1/cluster/stop",
  access: "key",
  tag: "nodes",
  summary: "Stops all nodes of the cluster",
  replies: {
    202: { description: "The nodes stop; `failed` lists those that could not be stopped", content: stopping },
  },
  handler:
    ({ cluster, node }) =>
    async (_request, reply) => {
      const failed = (await cluster?.stopAll()) ?? [];
      return stopAfter(reply, node, { stopping: true, failed });
    },
};

export const nodeRoutes = [getMemory, stopNode, stopCluster];

function stopAfter(reply: FastifyReply, node: NodeControl, answer: object): FastifyReply {
  reply.raw.once("close", () => node.stop());
  return sendJson(reply.code(202), JSON.stringify(answer));
}
