import { ServiceError } from "../../base/errors.js";
import { checkDocument } from "../../catalog/document-check.js";
import { parseJson } from "../../catalog/parse-text.js";
import { isMap, nameOf } from "../../catalog/values.js";
import { queueTypes } from "../../config/queues/index.js";
import type { RunState } from "../../model/run.js";
import { bodyText } from "../body/body.js";
import { acceptedRecord } from "../openapi/examples.js";
import { closed, json, ref, uuid } from "../openapi/parts.js";
import { shownRecord } from "../reply/record-reply.js";
import type { ClientRoute } from "../route.js";
import { uuidOf } from "./runs/uuid.js";

const PURGE = "/v1/queue/purge";
/** Kinds of runs that can be purged, and their states. */
const purged: Record<string, RunState[]> = { waiting: ["accepted"], dead: ["failed", "interrupted"] };
/** Number of runs in one query. */
const BATCH = 200;
const whole = { type: "integer" };

/** The reply is `{ kind, trouble, waiting, running, oldestWaitingMs, ended, redeliveries }`. */
const getQueue: ClientRoute = {
  id: "getQueue",
  method: "GET",
  path: "/v1/queue",
  access: "key",
  tag: "runs",
  summary: "Returns the queue of asynchronous runs and its length",
  replies: {
    200: {
      description: "The queue; `trouble` is the reason why it accepts no runs",
      content: json(
        closed({
          kind: { enum: ["spool", ...queueTypes] },
          trouble: { type: ["string", "null"] },
          waiting: whole,
          running: whole,
          oldestWaitingMs: { type: "number" },
          ended: { type: "object", additionalProperties: whole },
          redeliveries: whole,
        }),
      ),
    },
  },
  problems: ["queue_unavailable"],
  examples: [
    {
      summary: "Queue",
      status: 200,
      reply: {
        kind: "spool",
        trouble: null,
        waiting: 2,
        running: 1,
        oldestWaitingMs: 1200,
        ended: { done: 7 },
        redeliveries: 0,
      },
    },
  ],
  handler:
    ({ runs }) =>
    async (_request, reply) => {
      const trouble = runs.trouble();
      const counts = await runs.counts();
      return reply
        .type("application/json; charset=utf-8")
        .header("cache-control", "no-store")
        .send(JSON.stringify({ kind: runs.queueKind, trouble: trouble ?? null, ...counts }));
    },
};

const purgeQueue: ClientRoute = {
  id: "purgeQueue",
  method: "POST",
  path: PURGE,
  access: "key",
  tag: "runs",
  summary: "Kills all waiting runs, or removes failed and interrupted runs",
  body: {
    description: "Runs to kill or remove",
    content: json(closed({ what: { enum: ["waiting", "dead"] } })),
  },
  replies: {
    200: { description: "Number of runs", content: json(closed({ purged: whole })) },
  },
  problems: ["bad_json", "bad_field", "unknown_field", "queue_unavailable"],
  examples: [{ summary: "Remove dead runs", body: { what: "dead" }, status: 200, reply: { purged: 0 } }],
  handler:
    ({ runs }) =>
    async (request, reply) => {
      const what = readWhat(request.body);
      let count = 0;
      let cursor: string | undefined;
      do {
        const page = await runs.list({ state: purged[what], limit: BATCH, cursor });
        for (const { uuid, isAsync } of page.runs) {
          if (isAsync && (what === "waiting" ? (await runs.kill(uuid)) === "killed" : await runs.remove(uuid))) count++;
        }
        cursor = page.next;
      } while (cursor !== undefined);
      return reply.type("application/json; charset=utf-8").send(JSON.stringify({ purged: count }));
    },
};

const retryRun: ClientRoute = {
  id: "retryRun",
  method: "POST",
  path: "/v1/runs/{uuid}/retry",
  access: "key",
  tag: "runs",
  summary: "Resubmits a failed or interrupted run as a new run",
  parameters: [uuid("Id of the run")],
  replies: {
    202: {
      description: "The new run",
      content: json(ref("RunRecord")),
      headers: { location: "`/v1/runs/UUID`", "x-rojob-uuid": "The new run" },
    },
  },
  problems: ["unknown_run", "not_retriable", "queue_unavailable"],
  examples: [{ summary: "Retry a failed run", run: "failed", status: 202, reply: acceptedRecord }],
  handler:
    ({ config, runs }) =>
    async (request, reply) => {
      const record = await runs.retry(uuidOf(request), request.by);
      const { uuid } = record;
      reply
        .code(202)
        .header("location", `/v1/runs/${encodeURIComponent(uuid)}`)
        .header("x-rojob-uuid", uuid);
      return reply.type("application/json; charset=utf-8").send(JSON.stringify(shownRecord(record, config.SHOWERRORS)));
    },
};

export const queueRoutes = [getQueue, purgeQueue, retryRun];

function readWhat(body: unknown): string {
  const text = bodyText(body, PURGE, "a JSON map with 'what'");
  const fields = parseJson(text, "request");
  checkDocument(fields, "request", text.length);
  const refuse = (field: string, value: unknown, expected: string): never => {
    throw new ServiceError("bad_field", { field, found: nameOf(value), expected });
  };
  if (!isMap(fields)) return refuse("(the whole)", fields, "a JSON map");
  const unknown = Object.keys(fields).find((field) => field !== "what");
  if (unknown !== undefined) throw new ServiceError("unknown_field", { field: unknown, known: "what" });
  const { what } = fields;
  if (typeof what !== "string" || !Object.hasOwn(purged, what)) return refuse("what", what, "'waiting' or 'dead'");
  return what;
}
