import { ServiceError } from "../base/errors.js";
import { isTerminal, type LogChunk, type RunRecord } from "../model/record.js";
import type { Changes } from "./changes.js";

/** Where logs and what is known of their runs come from. */
export interface LogSource {
  changes: Changes;
  get(uuid: string): Promise<RunRecord | undefined>;
  read(uuid: string, from: string | undefined): Promise<LogChunk | undefined>;
  /** How long to wait at most for news of a run, ms; undefined: its changes are told. */
  lookMs(record: RunRecord): number | undefined;
  /** Nothing more is going to come for now. */
  isOver(uuid: string): boolean;
}

/**
 * The output of a run, piece by piece; the last piece may be empty. Nothing is read ahead of the reader.
 * @param from `next` of an earlier piece
 * @param follow goes on until the run has ended; else ends where the log ends now
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
      // Asked before the log is read: what an ended run has written is all there then.
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
        await watch.next(source.lookMs(record), signal);
      }
    }
  } finally {
    watch.close();
  }
}
