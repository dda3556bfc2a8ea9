import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../../../base/errors.js";
import { isTerminal, type RunFilter, type RunRecord } from "../../../model/record.js";
import { QueryFields } from "../../query/query-fields.js";
import { goneSignal } from "../../reply/gone.js";
import { hadResult, replyOf, shownRecord } from "../../reply/record-reply.js";
import { compatResult, lostRun } from "../../reply/result.js";
import { sendJson } from "../../reply/send-json.js";
import type { RunServices } from "../../services.js";
import { uuidOf } from "./uuid.js";

const STATES = ["accepted", "running", "done", "failed", "killed", "interrupted", "expired"] as const;
const FILTERS = ["state", "name", "file", "since", "until", "limit", "cursor"];
const PAGE = 50;
const LARGEST_PAGE = 500;
/** Longest `wait`, s: longer ones are cut by what lies between client and node. */
const LONGEST_WAIT_S = 3600;

/**
 * `GET /v1/runs`: what is known of runs, newest first, `{ runs, next }`; `next` is the cursor of the page after, which
 * the header `Link` names as well (RFC 8288). `GET /v1/runs/UUID`: of one run; with `wait=SECONDS` only when it has ended
 * or the time is over. `GET /v1/runs/UUID/result`: its result as `POST /ojob` had replied it.
 */
export function addReadRoutes(scope: FastifyInstance, services: RunServices): void {
  const { config, runs } = services;

  scope.get("/v1/runs", async (request, reply) => {
    const page = await runs.list(readFilter(request));
    if (page.next !== undefined) reply.header("link", `<${nextTarget(request, page.next)}>; rel="next"`);
    const shown = page.runs.map((record) => shownRecord(record, config.SHOWERRORS));
    return sendJson(reply, JSON.stringify({ runs: shown, next: page.next }));
  });

  scope.get("/v1/runs/:uuid", async (request, reply) => {
    const record = await recordFor(request, reply);
    return sendJson(reply, JSON.stringify(shownRecord(record, config.SHOWERRORS)));
  });

  scope.get("/v1/runs/:uuid/result", async (request, reply) => {
    const record = await recordFor(request, reply);
    const { uuid } = record;
    if (!isTerminal(record.state)) throw new ServiceError("run_not_ended", { uuid, state: record.state }, { uuid });
    const result = await runs.result(uuid);
    if (result === undefined && hadResult(record)) throw new ServiceError("result_gone", { uuid }, { uuid });
    const run = replyOf(record, result ?? "null");
    const lost = lostRun(run, config);
    if (lost !== undefined) throw lost;
    return sendJson(reply.header("x-rojob-uuid", uuid), await compatResult(run, config.SHOWERRORS, services.documents));
  });

  /** The record of the run that is asked for, waited for if the query says so. */
  async function recordFor(request: FastifyRequest, reply: FastifyReply): Promise<RunRecord> {
    const uuid = uuidOf(request);
    const waitS = new QueryFields(request, ["wait"]).number("wait", 0, LONGEST_WAIT_S);
    const record = waitS
      ? await runs.wait(uuid, waitS * 1000, { signal: goneSignal(reply), waiter: request.parent })
      : await runs.get(uuid);
    if (record === undefined) throw new ServiceError("unknown_run", { uuid });
    return record;
  }
}

function readFilter(request: FastifyRequest): RunFilter {
  const query = new QueryFields(request, FILTERS);
  return {
    state: query.list("state", STATES),
    name: query.text("name"),
    file: query.text("file"),
    since: query.time("since"),
    until: query.time("until"),
    limit: query.wholeNumber("limit", 1, LARGEST_PAGE) ?? PAGE,
    cursor: query.text("cursor"),
  };
}

/** The same request, one page on. */
function nextTarget(request: FastifyRequest, cursor: string): string {
  const [path, query] = (request.raw.url ?? "").split("?", 2);
  const params = new URLSearchParams(query);
  params.set("cursor", cursor);
  return `${path}?${params}`;
}
