import type { JsonText } from "../../base/json/json-text.js";
import type { RunRecord } from "../../model/record.js";
import type { RunReply } from "../../model/run.js";

/** An ended run as one that was waited for is replied. */
export function replyOf(record: RunRecord, result: JsonText): RunReply {
  const { uuid, state, errors, endedBy, exitCode, acceptedAt, startedAt, endedAt = acceptedAt } = record;
  const timings = {
    acceptedAt,
    waitMs: (startedAt ?? endedAt) - acceptedAt,
    runMs: startedAt === undefined ? 0 : endedAt - startedAt,
  };
  return { uuid, state, result, errors, endedBy, exitCode, timings, route: record.route ?? record.node };
}

/** States whose runs came to an end of their own, so that there was a result. */
const withResult: readonly RunRecord["state"][] = ["done", "failed"];

/** Had the run a result that ought to be there? */
export function hadResult({ state, endedBy }: RunRecord): boolean {
  return withResult.includes(state) && endedBy === undefined;
}

/** The record of a run as clients see it: without the errors of its jobs if SHOWERRORS is off. */
export function shownRecord(record: RunRecord, showErrors: boolean): RunRecord {
  return showErrors ? record : { ...record, errors: [] };
}
