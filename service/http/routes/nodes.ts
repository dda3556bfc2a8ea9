import type { FastifyReply } from "fastify";
import { ServiceError } from "../../base/errors.js";
import type { ClusterNode } from "../../model/cluster.js";
import { readFields, refuseField } from "../body/fields.js";
import { exampleNode } from "../openapi/examples.js";
import { closed, json, ref } from "../openapi/parts.js";
import { sendJson } from "../reply/send-json.js";
import type { ClientRoute } from "../route.js";
import type { RouteServices } from "../services.js";

const ROUTE = "/v1/nodes";
const FIELDS = ["host", "port"];

const nodesReply = (description: string) => ({ 200: { description, content: json(ref("Nodes")) } });

const listNodes: ClientRoute = {
  id: "listNodes",
  method: "GET",
  path: ROUTE,
  access: "key",
  tag: "nodes",
  summary: "Lists the nodes of the cluster as this node sees them, including itself",
  replies: nodesReply("The nodes"),
  examples: [{ summary: "Nodes", status: 200, reply: { nodes: [exampleNode] } }],
  handler: (services) => (_request, reply) => sendNodes(reply, services.cluster?.nodes() ?? [ownNode(services)]),
};

const addNode: ClientRoute = {
  id: "addNode",
  method: "POST",
  path: ROUTE,
  access: "key",
  tag: "nodes",
  summary: "Adds a node",
  body: {
    description: "Address of the node",
    content: json(closed({ host: { type: "string" }, port: { type: "integer", minimum: 1, maximum: 65_535 } })),
  },
  replies: nodesReply("All nodes"),
  problems: ["bad_json", "bad_field", "unknown_field", "no_cluster", "peer_refused", "peer_unreachable"],
  examples: [
    {
      summary: "Add a node",
      body: { host: "localhost", port: 8788 },
      status: 200,
      reply: { nodes: [exampleNode, { ...exampleNode, port: 8788, isSelf: false }] },
    },
  ],
  handler:
    ({ cluster }) =>
    async (request, reply) => {
      const { host, port } = readAddress(request.body);
      if (cluster === undefined) throw new ServiceError("no_cluster");
      return sendNodes(reply, await cluster.add(host, port));
    },
};

export const nodesRoutes = [listNodes, addNode];

function sendNodes(reply: FastifyReply, nodes: ClusterNode[]): FastifyReply {
  return sendJson(reply, JSON.stringify({ nodes }));
}

/** The entry of this node when it is the only one. */
function ownNode({ config, node, runs }: RouteServices): ClusterNode {
  const { free, busy, forks, waiting, draining } = node.activity();
  return {
    host: config.HOST,
    port: node.port(),
    isSelf: true,
    state: "alive",
    load: { free, waiting, running: busy, forks, draining },
    runs: runs.running(),
    version: node.version,
    heardAt: Date.now(),
  };
}

function readAddress(body: unknown): { host: string; port: number } {
  const fields = readFields(body, ROUTE, "a JSON map with 'host' and 'port'", FIELDS);
  const { host, port } = fields;
  if (typeof host !== "string" || !/^[A-Za-z0-9:][\w.:-]{0,254}$/.test(host)) {
    return refuseField("host", host, "the name or address of a node, IPv6 without brackets");
  }
  if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65_535) {
    return refuseField("port", port, "a whole number from 1 to 65535");
  }
  return { host, port };
}
