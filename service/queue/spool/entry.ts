import { RawJson } from "../../base/json/raw-json.js";
import type { QueuedRun } from "../../model/record.js";
import type { RunStore } from "../../model/store.js";

/** Characters of text and arguments that a run may have to be kept in memory while it waits: there may be many. */
const MOST_IN_MEMORY = 8192;

/** A run of this node that has not ended, as the spool has it in memory. */
export interface Entry {
  run: QueuedRun;
  /** Number of its newest change, by which the store knows that this node has seen it. */
  fence: number;
  /** It is large: text and arguments are left on the disk until it is given out. */
  isOnDisk: boolean;
  /** Order of arrival, for runs that were accepted in the same millisecond. */
  readonly sequence: number;
  /** Not to be given out before; ms since the epoch. */
  dueAt: number;
}

/**
 * The entry of a run that is on the disk.
 * @param fence as {@link Entry}
 * @param sequence as {@link Entry}
 */
export function entryOf(run: QueuedRun, fence: number, sequence: number): Entry {
  const isOnDisk = sizeOf(run) > MOST_IN_MEMORY;
  const light = isOnDisk ? { ...run, text: "", args: {} } : run;
  return { run: light, fence, isOnDisk, sequence, dueAt: run.record.notBefore ?? 0 };
}

/** The run with its text and arguments, wherever they are; undefined when they are gone. */
export async function wholeRun(
  { run, isOnDisk }: Entry,
  store: Pick<RunStore, "accepted">,
): Promise<QueuedRun | undefined> {
  if (!isOnDisk) return run;
  const found = await store.accepted(run.record.uuid);
  if (found === undefined) return undefined;
  const { fence: _, handOver: __, ...whole } = found;
  return { ...whole, record: run.record };
}

/** Characters of text and arguments; what is raw is large. */
function sizeOf({ text, args }: QueuedRun): number {
  if (typeof text !== "string" || args instanceof RawJson) return Number.POSITIVE_INFINITY;
  return text.length + JSON.stringify(args).length;
}
