import type { RunFilter, RunPage, RunRecord } from "../model/record.js";
import { readCursor, writeCursor } from "./cursor.js";
import { compareRuns, matches, type RunIndex, type RunKey, type RunSummary } from "./run-index.js";

/** Source of the runs of a list. */
export interface ListSource {
  indexes: readonly RunIndex<any>[];
  /** Present records, in the order of the uuids; undefined for runs that are gone. */
  read(uuids: string[]): Promise<(RunRecord | undefined)[]>;
}

/**
 * A page of runs, newest first. The indexes give the candidates; the records of the page are read from the files, as
 * another node may have changed them.
 * @throws ServiceError `bad_parameter` for an invalid cursor
 */
export async function listRuns(filter: RunFilter, { indexes, read }: ListSource): Promise<RunPage> {
  const runs: RunRecord[] = [];
  let key: RunKey | undefined = filter.cursor === undefined ? undefined : readCursor(filter.cursor);
  for (;;) {
    // One more than requested shows whether there is a next page.
    const missing = filter.limit - runs.length;
    const next = newest(indexes, filter, key, missing + 1);
    const records = await read(next.slice(0, missing).map((run) => run.uuid));
    runs.push(...(records.filter((record) => record !== undefined && matches(record, filter)) as RunRecord[]));
    if (next.length <= missing) return { runs };
    key = next[missing - 1]!;
    if (runs.length === filter.limit) return { runs, next: writeCursor(key) };
  }
}

function newest(
  indexes: ListSource["indexes"],
  filter: RunFilter,
  key: RunKey | undefined,
  most: number,
): RunSummary[] {
  return indexes
    .flatMap((index) => index.newest(filter, key, most))
    .sort((a, b) => compareRuns(b, a))
    .slice(0, most);
}
