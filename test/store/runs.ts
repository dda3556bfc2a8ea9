import type { QueuedRun, RunRecord } from "../../service/model/record.js";

let clock = 1_700_000_000_000;

export function makeRecord(values: Partial<RunRecord> = {}): RunRecord {
  const acceptedAt = values.acceptedAt ?? ++clock;
  return {
    uuid: `127.0.0.1-8787-${acceptedAt}000000`,
    state: "accepted",
    file: "ojob",
    sourceHash: "0".repeat(64),
    args: { a: "1" },
    by: "127.0.0.1",
    isAsync: true,
    node: "127.0.0.1:8787",
    priority: 0,
    retries: 0,
    attempt: 0,
    acceptedAt,
    errors: [],
    ...values,
  };
}

export function makeRun(values: Partial<RunRecord> = {}): QueuedRun {
  return { record: makeRecord(values), text: "todo: [A]\njobs: [{name: A, exec: '__pm.x = 1'}]\n", args: { a: "1" } };
}

/** The record as it is when the run has ended. */
export function ended(record: RunRecord, values: Partial<RunRecord> = {}): RunRecord {
  const startedAt = record.acceptedAt + 1;
  return { ...record, state: "done", attempt: 1, startedAt, endedAt: startedAt + 1, ...values };
}
