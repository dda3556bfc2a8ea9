import { type Namespace, Range } from "etcd3";
import type { RunFilter, RunPage, RunRecord } from "../../model/record.js";
import { fits } from "../broker/run-filter.js";
import { age, keys, lastPart } from "./keys.js";
import type { RunDocument } from "./run-documents.js";

const BATCH = 100;
/** Most runs read for a page: a filter that few runs match may give a shorter page than asked for, with a cursor. */
const MAX_LOOKED_AT = 5_000;
const ALL = "i/all/";
/** Sorts behind every other character of a key. */
const LAST = "\uffff";

/** A page of runs, newest first. */
export async function listRuns(etcd: Namespace, filter: RunFilter): Promise<RunPage> {
  const runs: RunRecord[] = [];
  const end = filter.since === undefined ? `${ALL}${LAST}` : `${ALL}${age(filter.since)}${LAST}`;
  let start = startOf(filter);
  for (let looked = 0; looked < MAX_LOOKED_AT; looked += BATCH) {
    const found = await etcd.getAll().inRange(new Range(start, end)).limit(BATCH).keys();
    const records = await Promise.all(found.map((key) => recordOf(etcd, lastPart(key))));
    for (const [index, record] of records.entries()) {
      if (record === undefined || !fits(record, filter)) continue;
      runs.push(record);
      if (runs.length === filter.limit) return { runs, next: found[index]!.slice(ALL.length) };
    }
    if (found.length < BATCH) return { runs };
    start = after(found.at(-1)!);
  }
  return { runs, next: start.slice(ALL.length, -1) };
}

async function recordOf(etcd: Namespace, uuid: string): Promise<RunRecord | undefined> {
  const text = await etcd.get(keys.run(uuid)).string();
  return text === null ? undefined : (JSON.parse(text) as RunDocument).record;
}

function startOf({ cursor, until }: RunFilter): string {
  if (cursor !== undefined) return after(`${ALL}${cursor}`);
  return until === undefined ? ALL : `${ALL}${age(until - 1)}`;
}

/** The next key in order. */
function after(key: string): string {
  return `${key}\0`;
}
