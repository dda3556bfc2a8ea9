import { describe, expect, it } from "vitest";
import type { RunFilter, RunRecord } from "../../service/model/record.js";
import { ended, makeRecord, makeRun, runOne, startStore, type TestStore } from "./store-helper.js";

async function uuids(store: TestStore, filter: Partial<RunFilter> = {}): Promise<string[]> {
  return (await store.list({ limit: 100, ...filter })).runs.map((run) => run.uuid);
}

/** Every page of a list, one after the other. */
async function pages(store: TestStore, filter: RunFilter, between?: () => Promise<unknown>): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ ...filter, cursor });
    found.push(page.runs.map((run) => run.uuid));
    cursor = page.next;
    if (cursor !== undefined) await between?.();
  } while (cursor !== undefined);
  return found;
}

describe("the list of runs", () => {
  it("has the newest first, synchronous and accepted ones together, whatever their state", async () => {
    const store = await startStore();
    const first = await runOne(store);
    const second = ended(makeRecord());
    const third = makeRun();
    const fourth = ended(makeRecord());
    store.note(fourth, "{}");
    await store.accept(third);
    store.note(second, "{}");
    const running = { ...third.record, state: "running" as const };
    await store.change(running, false);
    const { runs, next } = await store.list({ limit: 100 });
    expect(runs).toEqual([
      { ...fourth, resultBytes: 2 },
      running,
      { ...second, resultBytes: 2 },
      { ...first, resultBytes: 7 },
    ]);
    expect(next).toBeUndefined();
  });

  it("is filtered by state, name, file and time of acceptance", async () => {
    const store = await startStore();
    const records: RunRecord[] = [];
    for (const values of [{ name: "a" }, { name: "b", state: "failed" as const }, { file: "x.yaml" }]) {
      records.push(await runOne(store, values));
    }
    const waiting = makeRun({ name: "a" });
    await store.accept(waiting);
    const [a, b, x] = records.map((record) => record.uuid) as [string, string, string];
    const last = waiting.record.uuid;
    expect(await uuids(store, { state: ["done"] })).toEqual([x, a]);
    expect(await uuids(store, { state: ["failed", "accepted"] })).toEqual([last, b]);
    expect(await uuids(store, { name: "a" })).toEqual([last, a]);
    expect(await uuids(store, { name: "a", state: ["done"] })).toEqual([a]);
    expect(await uuids(store, { file: "x.yaml" })).toEqual([x]);
    expect(await uuids(store, { since: records[1]!.acceptedAt })).toEqual([last, x, b]);
    expect(await uuids(store, { until: records[1]!.acceptedAt })).toEqual([a]);
    expect(await uuids(store, { since: records[1]!.acceptedAt, until: records[2]!.acceptedAt })).toEqual([b]);
    expect(await uuids(store, { name: "nobody" })).toEqual([]);
  });

  it("comes in pages that miss and repeat nothing, also of runs accepted in the same ms", async () => {
    const store = await startStore();
    const expected: string[] = [];
    for (let n = 10; n < 31; n++) {
      const record = ended(makeRecord({ acceptedAt: 1_600_000_000_000 + (n >> 2), uuid: `h-1-${n}` }));
      if (n % 3 === 0) await runOne(store, { acceptedAt: record.acceptedAt, uuid: record.uuid });
      else store.note(record, "{}");
      expected.unshift(record.uuid);
    }
    const found = await pages(store, { limit: 4 });
    expect(found.flat()).toEqual(expected);
    expect(found.map((page) => page.length)).toEqual([4, 4, 4, 4, 4, 1]);
    expect((await pages(store, { limit: 21 })).length).toBe(1);
  });

  it("goes on where it was, though runs come and go between two pages", async () => {
    const store = await startStore();
    const old: string[] = [];
    for (let n = 0; n < 9; n++) old.unshift((await runOne(store)).uuid);
    const removed = old.slice(2, 5);
    let isFirst = true;
    const found = await pages(store, { limit: 3 }, async () => {
      await runOne(store);
      if (isFirst) for (const uuid of removed) await store.remove(uuid);
      isFirst = false;
    });
    expect(found.flat()).toEqual([...old.slice(0, 3), ...old.slice(5)]);
  });

  it("refuses a cursor that is none, and says what would be right", async () => {
    const store = await startStore();
    await expect(store.list({ limit: 3, cursor: "nonsense" })).rejects.toMatchObject({
      code: "bad_parameter",
      message: expect.stringMatching(/'cursor'.*'nonsense'.*'next'/),
    });
  });
});
