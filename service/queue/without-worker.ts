import type { QueuedRun, RunRecord } from "../model/record.js";

/** Record of a run that ends without a worker. */
export function endedWithoutWorker(
  { record, resultTtlMs }: Pick<QueuedRun, "record" | "resultTtlMs">,
  end: Pick<RunRecord, "state" | "endedBy" | "errors">,
): RunRecord {
  const endedAt = Date.now();
  const ended: RunRecord = { ...record, ...end, endedAt };
  if (resultTtlMs !== undefined) ended.expiresAt = endedAt + resultTtlMs;
  return ended;
}
