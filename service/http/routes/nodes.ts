import type { FastifyInstance, FastifyReply } from "fastify";
import { ServiceError } from "../../base/errors.js";
import type { ClusterNode } from "../../model/cluster.js";
import { readFields, refuseField } from "../body/fields.js";
import type { HttpOptions } from "../options.js";
import { sendJson } from "../reply/send-json.js";

const ROUTE = "/v1/nodes";
const FIELDS = ["host", "port"];

/**
 * `GET /v1/nodes`: the nodes of the cluster as this one knows them, itself included. `POST /v1/nodes` with
 * `{ host, port }`: makes a node known, gives all. `POST /v1/node/stop`: stops this node, once it has answered.
 * `POST /v1/cluster/stop`: stops all nodes; `failed` has those that could not be told.
 */
export function addNodeRoutes(scope: FastifyInstance, options: HttpOptions): void {
  const { cluster, node } = options;
  const sendNodes = (reply: FastifyReply, nodes: ClusterNode[]): FastifyReply =>
    sendJson(reply, JSON.stringify({ nodes }));
  const stopAfter = (reply: FastifyReply, answer: object): FastifyReply => {
    reply.raw.once("close", () => node.stop());
    return sendJson(reply.code(202), JSON.stringify(answer));
  };

  scope.get(ROUTE, (_request, reply) => sendNodes(reply, cluster?.nodes() ?? [ownNode(options)]));

  scope.post(ROUTE, async (request, reply) => {
    const { host, port } = readAddress(request.body);
    if (cluster === undefined) throw new ServiceError("no_cluster");
    return sendNodes(reply, await cluster.add(host, port));
  });

  scope.post("/v1/node/stop", (_request, reply) => stopAfter(reply, { stopping: true }));

  scope.post("/v1/cluster/stop", async (_request, reply) => {
    const failed = (await cluster?.stopAll()) ?? [];
    return stopAfter(reply, { stopping: true, failed });
  });
}

/** A node that is alone. */
function ownNode({ config, node, runs }: HttpOptions): ClusterNode {
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
