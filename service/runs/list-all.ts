import type { RunFilter, RunPage, RunRecord } from "../model/record.js";
import { readCursor, writeCursor } from "../store/cursor.js";
import { compareRuns, type RunKey } from "../store/run-index.js";

/** Lists runs, newest first; those of the same ms in an order of its own. */
export type List = (filter: RunFilter) => Promise<RunPage>;

/**
 * A page of the runs of several disjoint lists, newest first. Its cursors are times: a cursor of one list would not say
 * where the others go on.
 * @throws ServiceError `bad_parameter` for an invalid cursor
 */
export async function listAll(filter: RunFilter, lists: readonly List[]): Promise<RunPage> {
  const { cursor, limit } = filter;
  const place = cursor === undefined ? undefined : readCursor(cursor);
  const found = await Promise.all(lists.map((list) => newest(list, filter, place)));
  const runs = found.flat().sort((a, b) => compareRuns(b, a));
  const page = runs.slice(0, limit);
  return runs.length > limit ? { runs: page, next: writeCursor(page.at(-1)!) } : { runs: page };
}

/** One run more than a page has, if there is one, and all of the same ms as the last. */
async function newest(list: List, filter: RunFilter, place: RunKey | undefined): Promise<RunRecord[]> {
  const { cursor: _, ...wanted } = filter;
  if (place !== undefined) {
    wanted.until = Math.min(wanted.until ?? Number.POSITIVE_INFINITY, Math.floor(place.acceptedAt) + 1);
  }
  const found: RunRecord[] = [];
  let cursor: string | undefined;
  do {
    const page: RunPage = await list({ ...wanted, cursor });
    found.push(...page.runs.filter((run) => place === undefined || compareRuns(run, place) < 0));
    cursor = page.next;
    const beyond = found[filter.limit];
    if (beyond !== undefined && found.at(-1)!.acceptedAt < beyond.acceptedAt) break;
  } while (cursor !== undefined);
  return found;
}
