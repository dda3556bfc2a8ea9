import type { FastifyRequest } from "fastify";
import { STOP_PATH } from "../../../cluster/cluster.js";
import { HEARTBEATS_PATH, SELF_PATH } from "../../../cluster/heartbeats.js";
import type { PeerRoute } from "../../route.js";
import { bodyOf, checkCluster, notUnderstood, sendJson } from "./request.js";

/** Bytes of a heartbeat: the state of some 20 nodes and what they run. */
const LONGEST_BEAT = 256 * 1024;

const takeHeartbeat: PeerRoute = {
  method: "POST",
  path: HEARTBEATS_PATH,
  access: "peer",
  isIntroduction: true,
  summary: "Takes a heartbeat, and replies with one",
  bodyLimit: () => LONGEST_BEAT,
  handler:
    ({ cluster }) =>
    async (request, reply) =>
      sendJson(reply, await cluster.heartbeats.receive(jsonOf(request), request.socket.remoteAddress)),
};

const introduceSelf: PeerRoute = {
  method: "GET",
  path: SELF_PATH,
  access: "peer",
  isIntroduction: true,
  summary: "Says which process of which node this is",
  handler:
    ({ cluster }) =>
    (_request, reply) =>
      sendJson(reply, cluster.introduction()),
};

const stopPeer: PeerRoute = {
  method: "POST",
  path: STOP_PATH,
  access: "peer",
  summary: "Stops this node",
  handler:
    ({ cluster, stop }) =>
    (request, reply) => {
      checkCluster(request, cluster);
      reply.raw.once("finish", () => stop());
      return sendJson(reply.code(202), {});
    },
};

export const heartbeatRoutes = [takeHeartbeat, introduceSelf, stopPeer];

/** @throws ServiceError `peer_not_understood` */
function jsonOf(request: FastifyRequest): unknown {
  try {
    return JSON.parse(bodyOf(request).toString());
  } catch (cause) {
    throw notUnderstood(request, "the body must be JSON", cause);
  }
}
