import type { FastifyRequest } from "fastify";
import { QUEUED_PATH } from "../../../cluster/peer-queues.js";
import type { QueuedRun } from "../../../model/record.js";
import { parseQueued } from "../../../store/parse-records.js";
import { isUuid } from "../../../store/store-paths.js";
import type { PeerRoute } from "../../route.js";
import { bodyOf, checkCluster, notUnderstood, queryOf, sendJson } from "./request.js";
import { checkRunOnly, wrappedLimit } from "./run-only.js";

/** The body is a `QueuedRun` as JSON; the answer false is final. */
const takeQueued: PeerRoute = {
  method: "POST",
  path: `${QUEUED_PATH}/{handOver}`,
  access: "peer",
  summary: "Takes a run that waits at a node that stops: `{ taken }`",
  bodyLimit: wrappedLimit,
  handler: (services) => {
    const { cluster, runs } = services;
    const isOpen = () => !cluster.load().draining;
    return async (request, reply) => {
      const run = runOf(request);
      checkCluster(request, cluster);
      checkRunOnly({ file: run.record.file, text: run.text }, services);
      return sendJson(reply, { taken: await runs.taken.take(run, idOf(request), isOpen) });
    };
  },
};

/** Was the run taken? If not, it will not be taken later. */
const isTaken: PeerRoute = {
  method: "DELETE",
  path: `${QUEUED_PATH}/{handOver}`,
  access: "peer",
  summary: "Says whether the run `uuid` was taken: `{ taken }`",
  handler:
    ({ cluster, runs }) =>
    async (request, reply) => {
      checkCluster(request, cluster);
      const uuid = queryOf(request).get("uuid") ?? "";
      if (!isUuid(uuid)) throw notUnderstood(request, "'uuid' of the query must be the id of a run");
      return sendJson(reply, { taken: await runs.taken.has(uuid, idOf(request)) });
    },
};

export const queuedRoutes = [takeQueued, isTaken];

/** @throws ServiceError `peer_not_understood` */
function runOf(request: FastifyRequest): QueuedRun {
  let run: QueuedRun;
  try {
    run = parseQueued(bodyOf(request));
  } catch (error) {
    throw notUnderstood(request, `the body must be a waiting run: ${(error as Error).message}`);
  }
  const { uuid, state } = run.record;
  if (!isUuid(uuid) || state !== "accepted") throw notUnderstood(request, `run '${uuid}' must be waiting`);
  return run;
}

function idOf(request: FastifyRequest): string {
  const { handOver } = request.params as { handOver: string };
  if (!/^[\w-]{8,64}$/.test(handOver)) throw notUnderstood(request, "the hand-over must have an id");
  return handOver;
}
