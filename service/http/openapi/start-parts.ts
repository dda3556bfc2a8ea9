// Common parts of the descriptions of the routes that start a run.
import type { ErrorCode } from "../../base/errors.js";
import type { Parameter, Reply } from "../route.js";
import { header, json, ref } from "./parts.js";

/** Request headers of the routes that start a run. */
export const startHeaders: Parameter[] = [
  header("Prefer", "RFC 7240: `respond-async` does not wait for the end, `wait=N` waits at most N seconds"),
  header("Idempotency-Key", "Requests with the same key and content start only one run within IDEMPOTENCYTTL"),
];

/** Reply headers of a run that was waited for. */
export const endedHeaders = {
  "x-rojob-uuid": "The run",
  "x-rojob-route": "Route of the run: `host:port>worker`",
  "server-timing": "`accept`, `wait`, `run` in ms",
  "preference-applied": "Applied preferences of `Prefer`",
  "idempotency-replayed": "`true` when an earlier request with this key started the run",
};
export const accepted: Reply = {
  description: "The run is accepted and recorded, and continues in the background",
  content: json(ref("Accepted")),
  headers: {
    location: "`/v1/runs/UUID`",
    "x-rojob-uuid": "The run",
    "preference-applied": endedHeaders["preference-applied"],
    "idempotency-replayed": endedHeaders["idempotency-replayed"],
  },
};
/** Refusals of every route that starts a run. */
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
  "bad_args",
  "bad_rojob_section",
  "unknown_rojob_key",
  "forbidden_key",
];
/** Refusals of a document. */
const documentProblems: readonly ErrorCode[] = [
  "bad_yaml",
  "bad_json",
  "not_an_ojob",
  "document_too_big",
  "document_too_slow",
  "document_is_circular",
];
/** Refusals of an oJob in the body, and of the path of a job of the run folder. */
export const ojobProblems: readonly ErrorCode[] = [...documentProblems, "run_only"];
export const pathProblems: readonly ErrorCode[] = [
  "run_path_bad",
  "run_path_escapes",
  "run_not_found",
  "run_unreadable",
  ...documentProblems,
];
/** Refusals that replace the result of a run that was ended from outside. */
export const lostProblems: readonly ErrorCode[] = [
  "run_timeout",
  "run_killed",
  "run_out_of_memory",
  "run_crashed",
  "result_too_large",
  "result_not_kept",
];
