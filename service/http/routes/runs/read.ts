import type { FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "../../../base/errors.js";
import { isTerminal, type RunFilter, type RunRecord } from "../../../model/record.js";
import { exampleRecord } from "../../openapi/examples.js";
import { json, query, ref, uuid, wait } from "../../openapi/parts.js";
import { lostProblems } from "../../openapi/start-parts.js";
import { QueryFields } from "../../query/query-fields.js";
import { goneSignal } from "../../reply/gone.js";
import { hadResult, replyOf, shownRecord } from "../../reply/record-reply.js";
import { compatResult, lostRun } from "../../reply/result.js";
import { sendJson } from "../../reply/send-json.js";
import type { ClientRoute } from "../../route.js";
import type { RunServices } from "../../services.js";
import { uuidOf } from "./uuid.js";

const STATES = ["accepted", "running", "done", "failed", "killed", "interrupted", "expired"] as const;
const FILTERS = ["state", "name", "file", "since", "until", "limit", "cursor"];
const PAGE = 50;
const LARGEST_PAGE = 500;
/** Longest `wait`, s: proxies between client and node would cut longer ones. */
const LONGEST_WAIT_S = 3600;

/** `next` is the cursor of the next page; the header `Link` has its URL (RFC 8288). */
const listRuns: ClientRoute = {
  id: "listRuns",
  method: "GET",
  path: "/v1/runs",
  access: "key",
  tag: "runs",
  summary: "Lists the records of runs, newest first",
  parameters: [
    query("state", "States, separated by commas"),
    query("name", "`rojob.name`"),
    query("file", "A path below the run folder, or `ojob`"),
    query("since", "Accepted at or after: ISO 8601, or ms since the epoch"),
    query("until", "Accepted before"),
    query("limit", "Maximum number of runs in a page", { type: "integer", minimum: 1, maximum: 500, default: 50 }),
    query("cursor", "`next` of the previous page"),
  ],
  replies: {
    200: {
      description: "A page",
      content: json(ref("RunPage")),
      headers: { link: 'Target of the next page, `rel="next"` (RFC 8288)' },
    },
  },
  examples: [
    {
      summary: "Successful runs of a job",
      query: { file: "rojob/echo.yaml", state: "done", limit: "1" },
      status: 200,
      reply: { runs: [exampleRecord], next: "MTc5NTQ3MzAwMDAwMCBsb2NhbGhvc3Q" },
    },
  ],
  handler:
    ({ config, runs }) =>
    async (request, reply) => {
      const page = await runs.list(readFilter(request));
      if (page.next !== undefined) reply.header("link", `<${nextTarget(request, page.next)}>; rel="next"`);
      const shown = page.runs.map((record) => shownRecord(record, config.SHOWERRORS));
      return sendJson(reply, JSON.stringify({ runs: shown, next: page.next }));
    },
};

const getRun: ClientRoute = {
  id: "getRun",
  method: "GET",
  path: "/v1/runs/{uuid}",
  access: "key",
  tag: "runs",
  summary: "The record of a run",
  parameters: [uuid(), wait],
  replies: { 200: { description: "The record", content: json(ref("RunRecord")) } },
  problems: ["unknown_run", "peer_unreachable"],
  examples: [
    { summary: "A run that has ended", run: "ended", query: { wait: "5" }, status: 200, reply: exampleRecord },
  ],
  handler: (services) => async (request, reply) => {
    const record = await recordFor(request, reply, services);
    return sendJson(reply, JSON.stringify(shownRecord(record, services.config.SHOWERRORS)));
  },
};

const getResult: ClientRoute = {
  id: "getResult",
  method: "GET",
  path: "/v1/runs/{uuid}/result",
  access: "key",
  tag: "runs",
  summary: "Returns the result map of a run, as `POST /ojob` would",
  parameters: [uuid(), wait],
  replies: {
    200: { description: "The result", content: json(ref("ResultMap")), headers: { "x-rojob-uuid": "The run" } },
  },
  problems: ["unknown_run", "peer_unreachable", "run_not_ended", "result_gone", ...lostProblems],
  examples: [{ summary: "The result map", run: "ended", status: 200, reply: { n: 1 } }],
  handler: (services) => async (request, reply) => {
    const { config, runs, documents } = services;
    const record = await recordFor(request, reply, services);
    const { uuid } = record;
    if (!isTerminal(record.state)) throw new ServiceError("run_not_ended", { uuid, state: record.state }, { uuid });
    const result = await runs.result(uuid);
    if (result === undefined && hadResult(record)) throw new ServiceError("result_gone", { uuid }, { uuid });
    const run = replyOf(record, result ?? "null");
    const lost = lostRun(run, config);
    if (lost !== undefined) throw lost;
    return sendJson(reply.header("x-rojob-uuid", uuid), await compatResult(run, config.SHOWERRORS, documents));
  },
};

export const readRoutes = [listRuns, getRun, getResult];

/** The record of the run in the path; with `wait` in the query, once the run has ended or the time is over. */
async function recordFor(request: FastifyRequest, reply: FastifyReply, { runs }: RunServices): Promise<RunRecord> {
  const uuid = uuidOf(request);
  const waitS = new QueryFields(request, ["wait"]).number("wait", 0, LONGEST_WAIT_S);
  const record = waitS
    ? await runs.wait(uuid, waitS * 1000, { signal: goneSignal(reply), waiter: request.parent })
    : await runs.get(uuid);
  if (record === undefined) throw new ServiceError("unknown_run", { uuid });
  return record;
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

/** The target of the same request for the next page. */
function nextTarget(request: FastifyRequest, cursor: string): string {
  const [path, query] = (request.raw.url ?? "").split("?", 2);
  const params = new URLSearchParams(query);
  params.set("cursor", cursor);
  return `${path}?${params}`;
}
