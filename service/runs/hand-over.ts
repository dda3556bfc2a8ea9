import { setTimeout as delay } from "node:timers/promises";
import { ServiceError } from "../base/errors.js";
import type { Logger } from "../base/log/logger.js";
import type { RunQueue } from "../model/queue.js";
import type { RunRecord } from "../model/record.js";
import type { FoundRun, RunStore } from "../model/store.js";
import type { Callbacks } from "./callbacks.js";

/** Pause before an unreachable queue is tried again, ms. */
const RETRY_MS = 1000;
const INTERRUPTED = "interrupted: its node ended while it ran";

export interface HandOverOptions {
  queue: Pick<RunQueue, "submit" | "kind">;
  store: Pick<RunStore, "unfinished" | "end" | "drop">;
  callbacks: Pick<Callbacks, "promise">;
  log: Pick<Logger, "info" | "warn">;
}

/**
 * Moves the runs that an earlier process of this node has accepted into its work folder to the shared queue, when this
 * process has one. Each is in the queue before it leaves the folder; interrupted runs that may not be run again are
 * ended here. Goes on until all are moved, or the signal aborts.
 */
export async function handOver(options: HandOverOptions, signal: AbortSignal): Promise<void> {
  const { store, queue, log } = options;
  const found = await store.unfinished();
  let left = found.filter((run) => run.handOver === undefined);
  if (left.length < found.length) {
    // Another node may run them: only the embedded queue asks that node.
    log.warn(
      { runs: found.length - left.length },
      "runs that may belong to another node wait until this node starts without QUEUECH",
    );
  }
  if (left.length === 0) return;
  log.info({ runs: left.length, queue: queue.kind }, "handing over the waiting runs of the work folder to the queue");
  const total = left.length;
  for (let isLogged = false; left.length > 0 && !signal.aborted; ) {
    try {
      await handOne(left[0]!, options);
      left = left.slice(1);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (!isLogged) log.warn({ runs: left.length, err: error }, "cannot hand over runs to the queue yet: retrying");
      isLogged = true;
      await delay(RETRY_MS, undefined, { ref: false });
    }
  }
  if (left.length === 0) log.info({ runs: total, queue: queue.kind }, "handed over runs to the queue");
}

async function handOne(found: FoundRun, { queue, store, callbacks }: HandOverOptions): Promise<void> {
  const { fence, damage, ...run } = found;
  const { record } = run;
  if (damage !== undefined || (record.state !== "accepted" && record.attempt > record.retries)) {
    const reason = damage === undefined ? INTERRUPTED : `interrupted: ${damage}`;
    const errors = [...record.errors, { name: record.file, error: [reason] }];
    const ended: RunRecord = { ...record, state: "interrupted", endedBy: "crash", errors, endedAt: Date.now() };
    await store.end(ended, "null", fence);
    return;
  }
  if (record.callback !== undefined) await callbacks.promise(record.uuid, record.callback.url);
  await queue.submit({ ...run, record: { ...record, state: "accepted" } });
  await store.drop(record.uuid, fence);
}
