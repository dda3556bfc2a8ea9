import type { QueuedRun, RunRecord } from "../../model/record.js";
import type { FoundRun } from "../../model/store.js";
import { endedWithoutWorker } from "../without-worker.js";

const KILLED = "killed: by request, before it was started";
const INTERRUPTED = "interrupted: its node ended while it ran";

/** Recovery of a run that an earlier process left: it waits on, is to be run again, or ends. */
export interface Recovery {
  kind: "waits" | "again" | "ends";
  record: RunRecord;
}

/** A run that was not started is queued again; a started one ends, unless it may be run again; a damaged one ends. */
export function recoveryOf(run: FoundRun): Recovery {
  const { record, damage } = run;
  if (damage === undefined) {
    if (record.state === "accepted") return { kind: "waits", record };
    if (record.attempt <= record.retries) return { kind: "again", record: { ...record, state: "accepted" } };
  }
  const reason = damage === undefined ? INTERRUPTED : `interrupted: ${damage}`;
  const errors = [...record.errors, { name: record.file, error: [reason] }];
  return { kind: "ends", record: endedWithoutWorker(run, { state: "interrupted", endedBy: "crash", errors }) };
}

/** Record of a run that is killed while it waits. */
export function killedRecord(run: QueuedRun): RunRecord {
  return endedWithoutWorker(run, {
    state: "killed",
    endedBy: "killed",
    errors: [{ name: run.record.file, error: [KILLED] }],
  });
}

/** Record of a run that cannot be executed because its file is gone. */
export function missingFileRecord(run: QueuedRun): RunRecord {
  const { file, uuid } = run.record;
  const errors = [{ name: file, error: [`interrupted: its file ${uuid}.rojob is missing or damaged`] }];
  return endedWithoutWorker(run, { state: "interrupted", endedBy: "crash", errors });
}
