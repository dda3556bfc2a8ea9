import type { ErrorCode } from "../../base/errors.js";
import { json, type Operation, type Parameter, ref, text } from "./operation.js";

const query = (name: string, description: string, schema: object = { type: "string" }): Parameter => ({
  name,
  in: "query",
  description,
  schema: { ...schema },
});
const header = (name: string, description: string): Parameter => ({
  name,
  in: "header",
  description,
  schema: { type: "string" },
});
const uuid: Parameter = { name: "uuid", in: "path", description: "The run", schema: { type: "string" } };
const wait = query("wait", "Replies when the run has ended, or after at most this many seconds", {
  type: "number",
  minimum: 0,
  maximum: 3600,
});

/** Headers that say how to run something. */
export const startHeaders: Parameter[] = [
  header("Prefer", "RFC 7240: `respond-async` does not wait for the end, `wait=N` waits at most N seconds"),
  header("Idempotency-Key", "Requests with the same key and content start only one run within IDEMPOTENCYTTL"),
];

/** Of a run that was waited for. */
export const endedHeaders = {
  "x-rojob-uuid": "The run",
  "x-rojob-route": "Route of the run: `host:port>worker`",
  "server-timing": "`accept`, `wait`, `run` in ms",
  "preference-applied": "Applied preferences of `Prefer`",
  "idempotency-replayed": "`true` when an earlier request with this key started the run",
};
export const accepted = {
  description: "The run is accepted and recorded, and continues in the background",
  content: json(ref("Accepted")),
  headers: {
    location: "`/v1/runs/UUID`",
    "x-rojob-uuid": "The run",
    "preference-applied": endedHeaders["preference-applied"],
    "idempotency-replayed": endedHeaders["idempotency-replayed"],
  },
};
/** Refusals of whatever starts a run. */
export const startProblems: readonly ErrorCode[] = [
  "bad_idempotency_key",
  "idempotency_key_reused",
  "idempotency_key_busy",
  "callback_not_allowed",
  "not_unique",
  "result_gone",
  "nested_too_deep",
  "busy",
  "queue_unavailable",
  "storage_full",
  "body_too_large",
  "empty_body",
  "not_utf8",
  "bad_args",
  "bad_rojob_section",
  "unknown_rojob_key",
  "forbidden_key",
];
/** Of an oJob, and of a path. */
export const ojobProblems: readonly ErrorCode[] = [
  "bad_yaml",
  "bad_json",
  "not_an_ojob",
  "document_too_big",
  "run_only",
];
export const pathProblems: readonly ErrorCode[] = ["run_path_bad", "run_path_escapes", "run_not_found"];
/** Of a run that was ended from outside, where its result is asked for. */
export const lostProblems: readonly ErrorCode[] = [
  "run_timeout",
  "run_killed",
  "run_out_of_memory",
  "run_crashed",
  "result_too_large",
  "result_not_kept",
];

const queryProblems: readonly ErrorCode[] = ["bad_query", "bad_parameter", "unknown_parameter"];

export const runOperations: Record<string, Operation> = {
  "POST /v1/runs": {
    id: "startRun",
    tag: "runs",
    summary: "Runs an oJob, or a job of the run folder",
    description:
      "Waits for the end and returns the state of the run with status 200, whatever the state; or only accepts the run with 202.",
    parameters: startHeaders,
    body: { description: "The run to start", content: json(ref("RunRequest")) },
    replies: {
      200: { description: "The run has ended", content: json(ref("RunReply")), headers: endedHeaders },
      202: accepted,
    },
    problems: [...startProblems, ...ojobProblems, ...pathProblems, "bad_field", "unknown_field"],
  },
  "GET /v1/runs": {
    id: "listRuns",
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
    problems: queryProblems,
  },
  "GET /v1/runs/{uuid}": {
    id: "getRun",
    tag: "runs",
    summary: "The record of a run",
    parameters: [uuid, wait],
    replies: { 200: { description: "The record", content: json(ref("RunRecord")) } },
    problems: ["unknown_run", "peer_unreachable", ...queryProblems],
  },
  "GET /v1/runs/{uuid}/result": {
    id: "getResult",
    tag: "runs",
    summary: "Returns the result map of a run, as `POST /ojob` would",
    parameters: [uuid, wait],
    replies: { 200: { description: "The result", content: json(ref("ResultMap")) } },
    problems: ["unknown_run", "peer_unreachable", "run_not_ended", "result_gone", ...lostProblems, ...queryProblems],
  },
  "GET /v1/runs/{uuid}/log": {
    id: "getLog",
    tag: "runs",
    summary: "Returns the output of a run",
    description:
      "As text, with the output so far; as server-sent events until the run has ended (`log` with whole lines, whose `id` is the position after them, and `end` with `{ uuid, state }`); or in pieces.",
    parameters: [
      uuid,
      query("follow", "Continue until the run has ended", { type: "boolean" }),
      query("from", "`id` of an event: start after it"),
      query("format", "Format of the reply; overrides `follow` and `Accept`", {
        type: "string",
        enum: ["text", "events", "json"],
      }),
      query("wait", "With `format=json`: wait at most this many seconds for output", wait.schema),
      header("Last-Event-ID", "Like `from`, which it overrides"),
    ],
    replies: {
      200: {
        description: "The output",
        content: { ...text(), ...text("text/event-stream"), ...json(ref("LogPiece")) },
      },
    },
    problems: ["unknown_run", "peer_unreachable", ...queryProblems],
  },
  "DELETE /v1/runs/{uuid}": {
    id: "killRun",
    tag: "runs",
    summary: "Kills a run with all processes it started, or removes an ended run",
    parameters: [uuid, query("forget", "Remove an ended run", { type: "boolean" })],
    replies: {
      200: { description: "The run was killed: its record", content: json(ref("RunRecord")) },
      204: { description: "Forgotten" },
    },
    problems: ["unknown_run", "peer_unreachable", "run_ended", "run_not_ended", ...queryProblems],
  },
};
