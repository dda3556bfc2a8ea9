import type { FastifyInstance } from "fastify";
import { ServiceError } from "../../base/errors.js";
import { checkDocument } from "../../catalog/document-check.js";
import { parseJson } from "../../catalog/parse-text.js";
import { isMap, nameOf } from "../../catalog/values.js";
import type { RunState } from "../../model/run.js";
import { bodyText } from "../body/body.js";
import { shownRecord } from "../reply/record-reply.js";
import type { RunServices } from "../services.js";
import { uuidOf } from "./runs/uuid.js";

const PURGE = "/v1/queue/purge";
/** What can be purged, and the states of it. */
const purged: Record<string, RunState[]> = { waiting: ["accepted"], dead: ["failed", "interrupted"] };
/** Runs looked at with one question. */
const BATCH = 200;

/**
 * `GET /v1/queue`: where asynchronous runs wait and how many, `{ kind, trouble, waiting, running, oldestWaitingMs, ended,
 * redeliveries }`. `POST /v1/queue/purge` with `{ what: "waiting" | "dead" }`: kills all runs that wait, or forgets those that
 * failed or were interrupted; gives `{ purged }`. `POST /v1/runs/UUID/retry`: submits what a failed or interrupted run was
 * made of as a new one; 202 with its record.
 */
export function addQueueRoutes(scope: FastifyInstance, { config, runs }: RunServices): void {
  scope.get("/v1/queue", async (_request, reply) => {
    const trouble = runs.trouble();
    const counts = await runs.counts();
    return reply
      .type("application/json; charset=utf-8")
      .header("cache-control", "no-store")
      .send(JSON.stringify({ kind: runs.queueKind, trouble: trouble ?? null, ...counts }));
  });

  scope.post(PURGE, async (request, reply) => {
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
  });

  scope.post("/v1/runs/:uuid/retry", async (request, reply) => {
    const record = await runs.retry(uuidOf(request), request.by);
    const { uuid } = record;
    reply
      .code(202)
      .header("location", `/v1/runs/${encodeURIComponent(uuid)}`)
      .header("x-rojob-uuid", uuid);
    return reply.type("application/json; charset=utf-8").send(JSON.stringify(shownRecord(record, config.SHOWERRORS)));
  });
}

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
