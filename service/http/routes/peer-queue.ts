import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../../base/errors.js";
import { QUEUED_PATH } from "../../cluster/peer-queues.js";
import type { QueuedRun } from "../../model/record.js";
import type { ReceivedRuns } from "../../runs/received-runs.js";
import { parseQueued } from "../../store/parse-records.js";
import { isUuid } from "../../store/store-paths.js";

export interface PeerQueueServices {
  taken: ReceivedRuns;
  /** Does this node take runs? */
  isOpen(): boolean;
  /** @throws ServiceError when the node that asks is of another cluster, or this one takes no such run */
  check(request: FastifyRequest, run?: QueuedRun): void;
  bodyLimit: number;
}

/**
 * Runs that nodes which stop give to this one:
 *
 * - `POST /v1/cluster/queued/HANDOVER` takes one, JSON of a `QueuedRun`: `{ taken }`. False is final
 * - `DELETE /v1/cluster/queued/HANDOVER?uuid=UUID` was it taken? If not, it will not be any more: `{ taken }`
 */
export function addPeerQueueRoutes(scope: FastifyInstance, services: PeerQueueServices): void {
  const { taken, isOpen, check, bodyLimit } = services;

  scope.post(`${QUEUED_PATH}/:handOver`, { bodyLimit }, async (request, reply) => {
    const run = runOf(request);
    check(request, run);
    return sendJson(reply, { taken: await taken.take(run, idOf(request), isOpen) });
  });

  scope.delete(`${QUEUED_PATH}/:handOver`, async (request, reply) => {
    check(request);
    const uuid = new URL(request.raw.url ?? "/", "http://node").searchParams.get("uuid") ?? "";
    if (!isUuid(uuid)) throw notUnderstood(request, "'uuid' of the query must be the id of a run");
    return sendJson(reply, { taken: await taken.has(uuid, idOf(request)) });
  });
}

/** @throws ServiceError `peer_not_understood` */
function runOf(request: FastifyRequest): QueuedRun {
  let run: QueuedRun;
  try {
    run = parseQueued((request.body as Buffer | undefined) ?? Buffer.alloc(0));
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

function notUnderstood(request: FastifyRequest, what: string): ServiceError {
  return new ServiceError("peer_not_understood", { node: String(request.ip), what });
}

function sendJson(reply: FastifyReply, value: object): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(value));
}
