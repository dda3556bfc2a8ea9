import type { FastifyInstance } from "fastify";
import { ServiceError } from "../../../base/errors.js";
import { isTerminal } from "../../../model/record.js";
import { QueryFields } from "../../query/query-fields.js";
import { shownRecord } from "../../reply/record-reply.js";
import { sendJson } from "../../reply/send-json.js";
import type { RunServices } from "../../services.js";
import { uuidOf } from "./uuid.js";

/** Longest time for the end of a run to be written, ms. */
const END_MS = 2000;

/**
 * `DELETE /v1/runs/UUID`: kills a run that waits or runs, with everything it has started; answers when it has ended, with
 * its record. `?forget=true`: removes what is kept of a run that has ended, 204.
 */
export function addKillRoute(scope: FastifyInstance, { config, runs }: RunServices): void {
  scope.delete("/v1/runs/:uuid", async (request, reply) => {
    const uuid = uuidOf(request);
    if (new QueryFields(request, ["forget"]).flag("forget")) {
      if (await runs.remove(uuid)) return reply.code(204).send();
      const record = await runs.get(uuid);
      if (record === undefined) throw new ServiceError("unknown_run", { uuid });
      throw new ServiceError("run_not_ended", { uuid, state: record.state }, { uuid });
    }
    const outcome = await runs.kill(uuid);
    const record = outcome === "unknown" ? undefined : await runs.wait(uuid, outcome === "ended" ? END_MS : 0);
    if (record === undefined) throw new ServiceError("unknown_run", { uuid });
    if (outcome === "ended" && !isTerminal(record.state)) {
      // Known by the work folder only.
      const reason = "it owns this run and is not alive";
      throw new ServiceError("peer_unreachable", { node: record.node, reason }, { uuid });
    }
    if (outcome === "ended") throw new ServiceError("run_ended", { uuid, state: record.state }, { uuid });
    return sendJson(reply, JSON.stringify(shownRecord(record, config.SHOWERRORS)));
  });
}
