import type { Redis } from "ioredis";
import type { RunFilter, RunPage, RunRecord } from "../../model/record.js";
import { fits } from "../broker/run-filter.js";

/** Runs read by one request. */
const BATCH = 200;
/** Most runs read for a page: a filter that few runs match may give a shorter page than asked for, with a cursor. */
const MAX_LOOKED_AT = 20_000;

/** A page of runs, newest first; runs of the same ms in the order of their uuids, backwards. */
export async function listRuns(redis: Redis, prefix: string, filter: RunFilter): Promise<RunPage> {
  const runs: RunRecord[] = [];
  let [acceptedAt, after] = placeOf(filter);
  for (let looked = 0; ; ) {
    // Runs of the cursor's own ms come again and are skipped.
    const range = await redis.zrevrangebyscore(
      `${prefix}index`,
      acceptedAt,
      filter.since ?? "-inf",
      "WITHSCORES",
      "LIMIT",
      0,
      BATCH,
    );
    const found: { uuid: string; at: string }[] = [];
    for (let i = 0; i < range.length; i += 2) found.push({ uuid: range[i]!, at: range[i + 1]! });
    const fresh = found.filter(({ uuid, at }) => at !== acceptedAt || after === "" || uuid < after);
    const texts = await Promise.all(fresh.map(({ uuid }) => redis.hget(`${prefix}run:${uuid}`, "record")));
    for (const [index, text] of texts.entries()) {
      const { uuid, at } = fresh[index]!;
      [acceptedAt, after] = [at, uuid];
      if (text === null) continue;
      const record = JSON.parse(text) as RunRecord;
      if (fits(record, filter)) runs.push(record);
      if (runs.length === filter.limit) return { runs, next: `${at}:${uuid}` };
    }
    looked += found.length;
    if (found.length < BATCH || fresh.length === 0) return { runs };
    if (looked >= MAX_LOOKED_AT) return { runs, next: `${acceptedAt}:${after}` };
  }
}

function placeOf({ cursor, until }: RunFilter): [acceptedAt: string, after: string] {
  if (cursor !== undefined) {
    const at = cursor.indexOf(":");
    return [cursor.slice(0, at), cursor.slice(at + 1)];
  }
  return [until === undefined ? "+inf" : `(${until}`, ""];
}
