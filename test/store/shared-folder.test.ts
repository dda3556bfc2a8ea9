import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../service/model/record.js";
import { ended, eventually, makeRecord, makeRun, runOne, startStore, type TestStore } from "./store-helper.js";

async function twoNodes(): Promise<[TestStore, TestStore]> {
  const a = await startStore();
  const b = await startStore({ workFolder: a.workFolder, node: () => "127.0.0.1:9999" });
  await b.list({ limit: 1 });
  return [a, b];
}

/** Looks again for a moment: a folder is not looked at all the time. */
async function listed(store: TestStore, expected: Partial<RunRecord>[]): Promise<void> {
  await eventually(async () => expect((await store.list({ limit: 100 })).runs).toMatchObject(expected));
}

describe("two nodes on one work folder", () => {
  it("find, list and read each other's runs in every state, and their logs", async () => {
    const [a, b] = await twoNodes();
    const run = makeRun();
    const { uuid } = run.record;
    await a.accept(run);
    expect(await b.get(uuid)).toEqual(run.record);
    await listed(b, [{ uuid, state: "accepted" }]);
    expect(await b.unfinished()).toEqual([]);

    const running = { ...run.record, state: "running" as const };
    await a.change(running, true);
    a.appendLog(uuid, "hello");
    await a.closeLog(uuid);
    await listed(b, [{ uuid, state: "running" }]);
    expect(await b.readLog(uuid, undefined)).toEqual({ text: "hello\n", next: "6", isEnd: false });

    await a.finish(ended(running), '{"a":1}');
    await eventually(async () => {
      expect((await b.list({ limit: 100, state: ["done"] })).runs).toMatchObject([{ uuid }]);
    });
    expect(await b.result(uuid)).toBe('{"a":1}');
    expect(await b.readLog(uuid, "6")).toEqual({ text: "", next: "6", isEnd: true });
    expect(b.counts()).toEqual({ done: 1 });
  });

  it("notice runs that the other one removed", async () => {
    const [a, b] = await twoNodes();
    const [first, second] = [await runOne(a), await runOne(a)];
    await listed(b, [{ uuid: second.uuid }, { uuid: first.uuid }]);
    expect(await b.remove(first.uuid)).toBe(true);
    expect(await a.get(first.uuid)).toBeUndefined();
    await listed(a, [{ uuid: second.uuid }]);
    await eventually(async () => {
      await a.list({ limit: 1 });
      expect(a.counts()).toEqual({ done: 1 });
    });
  });

  it("find each other's synchronous runs as soon as they are written, and may remove them", async () => {
    const [a, b] = await twoNodes();
    const record = ended(makeRecord({ isAsync: false }));
    a.note(record, '"r"');
    await listed(b, [{ uuid: record.uuid, resultBytes: 3 }]);
    expect(await b.result(record.uuid)).toBe('"r"');
    const later = ended(makeRecord({ isAsync: false }));
    a.note(later, '"later"');
    await eventually(async () => expect(await b.result(later.uuid)).toBe('"later"'));
    expect(await b.remove(record.uuid)).toBe(true);
    await listed(a, [{ uuid: later.uuid }]);
    await eventually(async () => expect(await a.get(record.uuid)).toBeUndefined());
  });

  it("see a state that went back: a run that waits for its second attempt", async () => {
    const [a, b] = await twoNodes();
    const run = makeRun();
    await a.accept(run);
    await a.change({ ...run.record, state: "running" }, true);
    await listed(b, [{ state: "running" }]);
    await a.change({ ...run.record, attempt: 1 }, true);
    await eventually(async () => {
      expect((await b.list({ limit: 5, state: ["accepted"] })).runs).toMatchObject([{ attempt: 1 }]);
    });
  });

  it("write at the same time without losing or mixing up anything", async () => {
    const [a, b] = await twoNodes();
    const records = await Promise.all(
      Array.from({ length: 60 }, (_, n) => {
        const node = n % 2 === 0 ? "127.0.0.1:8787" : "127.0.0.1:9999";
        return runOne(n % 2 === 0 ? a : b, { node }, JSON.stringify({ n }));
      }),
    );
    for (const store of [a, b]) {
      await eventually(async () => expect((await store.list({ limit: 100 })).runs).toHaveLength(60));
      for (const [n, { uuid }] of records.entries()) expect(await store.result(uuid)).toBe(JSON.stringify({ n }));
      expect(store.events).toEqual([]);
    }
  });
});
