import { ServiceError } from "../base/errors.js";
import { isTerminal, type LogChunk, type RunRecord } from "../model/record.js";
import type { Changes } from "./changes.js";

/** Source of logs and of the records of their runs. */
export interface LogSource {
  changes: Changes;
  get(uuid: string): Promise<RunRecord | undefined>;
  read(uuid: string, from: string | undefined): Promise<LogChunk | undefined>;
  /** Interval of polling a run, ms; undefined: its changes are notified. */
  pollMs(record: RunRecord): number | undefined;
  /** No more output will come for now. */
  isOver(uuid: string): boolean;
}

/**
 * The output of a run, chunk by chunk; the last chunk may be empty. Nothing is read ahead of the reader.
 * @param from `next` of an earlier chunk
 * @param follow goes on until the run has ended; else ends at the present end of the log
 * @throws ServiceError `unknown_run`
 */
export async function* readLog(
  uuid: string,
  { from, follow, signal }: { from?: string; follow: boolean; signal?: AbortSignal },
  source: LogSource,
): AsyncGenerator<LogChunk, void, void> {
  const watch = source.changes.watch(`log ${uuid}`);
  let next = from;
  try {
    while (!signal?.aborted) {
      // Read before the log: after the end of a run its output is complete.
      const record = await source.get(uuid);
      if (record === undefined) throw new ServiceError("unknown_run", { uuid }, { uuid });
      const hasEnded = isTerminal(record.state);
      const chunk = await source.read(uuid, next);
      next = chunk?.next ?? next;
      if (chunk !== undefined && chunk.text !== "") {
        yield { ...chunk, isEnd: false };
      } else if (hasEnded || !follow || source.isOver(uuid)) {
        yield { text: "", next: next ?? "0", isEnd: hasEnded };
        return;
      } else {
        await watch.next(source.pollMs(record), signal);
      }
    }
  } finally {
    watch.close();
  }
}
