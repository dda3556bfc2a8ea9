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
const wait = query("wait", "Answers when the run has ended, or so many seconds are over", {
  type: "number",
  minimum: 0,
  maximum: 3600,
});

/** Headers that say how to run something. */
export const startHeaders: Parameter[] = [
  header("Prefer", "RFC 7240: `respond-async` does not wait for the end, `wait=N` no longer than so many seconds"),
  header("Idempotency-Key", "The same key with the same request stands for one run, for IDEMPOTENCYTTL"),
];

/** Of a run that was waited for. */
export const endedHeaders = {
  "x-rojob-uuid": "The run",
  "x-rojob-route": "The way it went: `host:port>worker`",
  "server-timing": "`accept`, `wait`, `run` in ms",
  "preference-applied": "What of `Prefer` was followed",
  "idempotency-replayed": "`true` when an earlier request with this key had started it",
};
export const accepted = {
  description: "Accepted and recorded; it goes on by itself",
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
    description: "Waits for the end and tells how the run ended, 200 in whatever state; or only has it accepted, 202.",
    parameters: startHeaders,
    body: { description: "What to run, and how", content: json(ref("RunRequest")) },
    replies: {
      200: { description: "It has ended", content: json(ref("RunReply")), headers: endedHeaders },
      202: accepted,
    },
    problems: [...startProblems, ...ojobProblems, ...pathProblems, "bad_field", "unknown_field"],
  },
  "GET /v1/runs": {
    id: "listRuns",
    tag: "runs",
    summary: "What is known of runs, newest first",
    parameters: [
      query("state", "Some of the states, separated by commas"),
      query("name", "`rojob.name`"),
      query("file", "A path below the run folder, or `ojob`"),
      query("since", "Accepted at or after: ISO 8601, or ms since the epoch"),
      query("until", "Accepted before"),
      query("limit", "Most of a page", { type: "integer", minimum: 1, maximum: 500, default: 50 }),
      query("cursor", "`next` of the page before"),
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
    summary: "What is known of a run",
    parameters: [uuid, wait],
    replies: { 200: { description: "Its record", content: json(ref("RunRecord")) } },
    problems: ["unknown_run", "peer_unreachable", ...queryProblems],
  },
  "GET /v1/runs/{uuid}/result": {
    id: "getResult",
    tag: "runs",
    summary: "The result map of a run, as `POST /ojob` had replied it",
    parameters: [uuid, wait],
    replies: { 200: { description: "The result", content: json(ref("ResultMap")) } },
    problems: ["unknown_run", "peer_unreachable", "run_not_ended", "result_gone", ...lostProblems, ...queryProblems],
  },
  "GET /v1/runs/{uuid}/log": {
    id: "getLog",
    tag: "runs",
    summary: "The output of a run",
    description:
      "As text, as far as it has come; or as server-sent events until the run has ended: `log` with whole lines, whose `id` is the place after them, and `end` with `{ uuid, state }`; or a piece at a time.",
    parameters: [
      uuid,
      query("follow", "Goes on until the run has ended", { type: "boolean" }),
      query("from", "`id` of an event: begins after it"),
      query("format", "What the reply is, instead of what `follow` and `Accept` say", {
        type: "string",
        enum: ["text", "events", "json"],
      }),
      query("wait", "With `format=json`: for so many seconds at most, until there is something", wait.schema),
      header("Last-Event-ID", "As `from`, and over it"),
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
    summary: "Kills a run with everything it has started, or forgets one that has ended",
    parameters: [uuid, query("forget", "Removes what is kept of a run that has ended", { type: "boolean" })],
    replies: {
      200: { description: "Killed: its record", content: json(ref("RunRecord")) },
      204: { description: "Forgotten" },
    },
    problems: ["unknown_run", "peer_unreachable", "run_ended", "run_not_ended", ...queryProblems],
  },
};
