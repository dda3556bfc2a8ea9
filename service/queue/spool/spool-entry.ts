import { RawJson } from "../../base/json/raw-json.js";
import type { QueuedRun } from "../../model/record.js";
import type { RunStore } from "../../model/store.js";

/** Most characters of text and arguments that are kept in memory while a run waits: there may be many runs. */
const MAX_IN_MEMORY = 8192;

/** A run of this node that has not ended, in the memory of the spool. */
export interface Entry {
  run: QueuedRun;
  /** Number of its newest change: proves to the store that this node has seen it. */
  fence: number;
  /** Text and arguments are large: they stay on the disk until the run is claimed. */
  isOnDisk: boolean;
  /** Order of arrival, for runs accepted in the same millisecond. */
  readonly sequence: number;
  /** Earliest time of its claim; ms since the epoch. */
  dueAt: number;
}

/**
 * Entry of a run from the disk.
 * @param fence as {@link Entry}
 * @param sequence as {@link Entry}
 */
export function entryOf(run: QueuedRun, fence: number, sequence: number): Entry {
  const isOnDisk = sizeOf(run) > MAX_IN_MEMORY;
  const light = isOnDisk ? { ...run, text: "", args: {} } : run;
  return { run: light, fence, isOnDisk, sequence, dueAt: run.record.notBefore ?? 0 };
}

/** The run with its text and arguments, from memory or disk; undefined when they are gone. */
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

/** Characters of text and arguments; raw ones count as large. */
function sizeOf({ text, args }: QueuedRun): number {
  if (typeof text !== "string" || args instanceof RawJson) return Number.POSITIVE_INFINITY;
  return text.length + JSON.stringify(args).length;
}
