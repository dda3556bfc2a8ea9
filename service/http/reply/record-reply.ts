import type { JsonText } from "../../base/json/json-text.js";
import type { RunRecord } from "../../model/record.js";
import type { RunReply } from "../../model/run.js";

/** The reply for an ended run, in the form of the reply to a client that waited for the run. */
export function replyOf(record: RunRecord, result: JsonText): RunReply {
  const { uuid, state, errors, endedBy, exitCode, acceptedAt, startedAt, endedAt = acceptedAt } = record;
  const timings = {
    acceptedAt,
    waitMs: (startedAt ?? endedAt) - acceptedAt,
    runMs: startedAt === undefined ? 0 : endedAt - startedAt,
  };
  return { uuid, state, result, errors, endedBy, exitCode, timings, route: record.route ?? record.node };
}

/** States of runs that ended by themselves and so had a result. */
const withResult: readonly RunRecord["state"][] = ["done", "failed"];

/** Did the run have a result? */
export function hadResult({ state, endedBy }: RunRecord): boolean {
  return withResult.includes(state) && endedBy === undefined;
}

/** The record of a run for clients: without the errors of its jobs if SHOWERRORS is off. */
export function shownRecord(record: RunRecord, showErrors: boolean): RunRecord {
  return showErrors ? record : { ...record, errors: [] };
}
