import { ServiceError } from "../../../base/errors.js";
import { isTerminal } from "../../../model/record.js";
import { killedRecord } from "../../openapi/examples.js";
import { json, query, ref, uuid } from "../../openapi/parts.js";
import { QueryFields } from "../../query/query-fields.js";
import { shownRecord } from "../../reply/record-reply.js";
import { sendJson } from "../../reply/send-json.js";
import type { ClientRoute } from "../../route.js";
import { uuidOf } from "./uuid.js";

/** Longest wait until the end of a run is recorded, ms. */
const END_MS = 2000;

/** Replies with the record of the run once it has ended. `?forget=true` removes the files of an ended run: 204. */
const killRun: ClientRoute = {
  id: "killRun",
  method: "DELETE",
  path: "/v1/runs/{uuid}",
  access: "key",
  tag: "runs",
  summary: "Kills a run with all processes it started, or removes an ended run",
  parameters: [uuid(), query("forget", "Remove an ended run", { type: "boolean" })],
  replies: {
    200: { description: "The run was killed: its record", content: json(ref("RunRecord")) },
    204: { description: "Forgotten" },
  },
  problems: ["unknown_run", "peer_unreachable", "run_ended", "run_not_ended"],
  examples: [
    { summary: "Kill a run", run: "running", status: 200, reply: killedRecord },
    { summary: "Forget an ended run", run: "ended", query: { forget: "true" }, status: 204 },
  ],
  handler:
    ({ config, runs }) =>
    async (request, reply) => {
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
        // Only the work folder knows the run.
        const reason = "it owns this run and is not alive";
        throw new ServiceError("peer_unreachable", { node: record.node, reason }, { uuid });
      }
      if (outcome === "ended") throw new ServiceError("run_ended", { uuid, state: record.state }, { uuid });
      return sendJson(reply, JSON.stringify(shownRecord(record, config.SHOWERRORS)));
    },
};

export const killRoutes = [killRun];
