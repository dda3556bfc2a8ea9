import type { QueuedRun, RunRecord } from "../../model/record.js";
import type { FoundRun } from "../../model/store.js";
import { endedWithoutWorker } from "../without-worker.js";

const KILLED = "killed: by request, before it was started";
const INTERRUPTED = "interrupted: its node ended while it ran";

/** What becomes of a run that a life of a node has left: it waits on, is to be run again, or ends. */
export interface Fate {
  kind: "waits" | "again" | "ends";
  record: RunRecord;
}

/** What was not started is in line again; what was started ends, unless it may be run again; what is damaged ends. */
export function fateOf(run: FoundRun): Fate {
  const { record, damage } = run;
  if (damage === undefined) {
    if (record.state === "accepted") return { kind: "waits", record };
    if (record.attempt <= record.retries) return { kind: "again", record: { ...record, state: "accepted" } };
  }
  const reason = damage === undefined ? INTERRUPTED : `interrupted: ${damage}`;
  const errors = [...record.errors, { name: record.file, error: [reason] }];
  return { kind: "ends", record: endedWithoutWorker(run, { state: "interrupted", endedBy: "crash", errors }) };
}

/** The record of a run that is killed while it waits. */
export function killedHere(run: QueuedRun): RunRecord {
  return endedWithoutWorker(run, {
    state: "killed",
    endedBy: "killed",
    errors: [{ name: run.record.file, error: [KILLED] }],
  });
}

/** The record of a run that cannot be executed, as what it was made of is gone. */
export function goneHere(run: QueuedRun): RunRecord {
  const { file, uuid } = run.record;
  const errors = [{ name: file, error: [`interrupted: its file ${uuid}.rojob is missing or damaged`] }];
  return endedWithoutWorker(run, { state: "interrupted", endedBy: "crash", errors });
}
