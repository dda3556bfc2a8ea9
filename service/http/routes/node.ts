import { getHeapStatistics } from "node:v8";
import type { FastifyReply } from "fastify";
import { closed, json } from "../openapi/parts.js";
import type { NodeControl } from "../options.js";
import { sendJson } from "../reply/send-json.js";
import type { ClientRoute } from "../route.js";

const text = { type: "string" };

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
      content: json(
        closed(Object.fromEntries(["max", "total", "used", "free"].map((name) => [name, { type: "integer" }]))),
      ),
    },
  },
  examples: [
    {
      summary: "Heap",
      status: 200,
      reply: { max: 4_345_298_944, total: 62_914_560, used: 41_943_040, free: 20_971_520 },
    },
  ],
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
  replies: {
    202: {
      description: "The node stops; its runs may finish within KILLGRACE",
      content: json(closed({ stopping: { const: true } })),
    },
  },
  examples: [{ summary: "Stop the node", status: 202, reply: { stopping: true } }],
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
    202: {
      description: "The nodes stop; `failed` lists those that could not be stopped",
      content: json(
        closed({
          stopping: { const: true },
          failed: { type: "array", items: closed({ node: text, reason: text }) },
        }),
      ),
    },
  },
  examples: [{ summary: "Stop the cluster", status: 202, reply: { stopping: true, failed: [] } }],
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
