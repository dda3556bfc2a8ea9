import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ended, eventually, makeRecord, namesIn, startStore, type TestStore } from "./store-helper.js";

const noted = (values = {}) => ended(makeRecord({ isAsync: false, ...values }));

function historyOf(store: TestStore): string[] {
  return namesIn(path.join(store.root, "history"));
}

describe("a synchronous run", () => {
  it("is known at once, and after the next start", async () => {
    const store = await startStore();
    const record = noted();
    store.note(record, '{ "x": 1.0 }');
    const kept = { ...record, resultBytes: 12 };
    const check = async (of: TestStore): Promise<void> => {
      expect(await of.get(record.uuid)).toEqual(kept);
      expect(await of.result(record.uuid)).toBe('{ "x": 1.0 }');
      expect((await of.list({ limit: 5 })).runs).toEqual([kept]);
    };
    await check(store);
    await store.close();
    await check(store);
    await check(await startStore({ workFolder: store.workFolder }));
  });

  it("is a line of a file that only its owner may read, written soon", async () => {
    const store = await startStore();
    for (let n = 0; n < 3; n++) store.note(noted(), "{}");
    const file = await eventually(() => {
      const [name] = historyOf(store);
      const found = path.join(store.root, "history", name!);
      expect(readFileSync(found, "utf8").split("\n")).toHaveLength(4);
      return found;
    });
    expect(path.basename(file)).toMatch(/^127\.0\.0\.1_8787-\d{4}-\d\d-\d\d-1\.jsonl$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("has its result kept up to 64 KB; the reader of a larger one gets an error that it was not kept", async () => {
    const store = await startStore();
    const [fits, large] = [noted(), noted()];
    store.note(fits, JSON.stringify("x".repeat(64 * 1024 - 2)));
    store.note(large, JSON.stringify("x".repeat(64 * 1024 - 1)));
    expect(await store.result(fits.uuid)).toHaveLength(64 * 1024);
    const refusal = {
      code: "result_not_kept",
      status: 410,
      message: expect.stringMatching(/65537 bytes.*65536 bytes/),
    };
    await expect(store.result(large.uuid)).rejects.toMatchObject(refusal);
    await store.close();
    const again = await startStore({ workFolder: store.workFolder });
    await again.list({ limit: 1 });
    await expect(again.result(large.uuid)).rejects.toMatchObject(refusal);
    expect(await again.get(large.uuid)).toMatchObject({ resultBytes: 65537 });
  });

  it("keeps its output without a file of its own when it was over at once", async () => {
    const store = await startStore();
    const record = noted();
    store.appendLog(record.uuid, "ä line");
    store.appendLog(record.uuid, "another");
    store.note(record, "{}");
    const all = { text: "ä line\nanother\n", next: "16", isEnd: true };
    expect(await store.readLog(record.uuid, undefined)).toEqual(all);
    expect(await store.readLog(record.uuid, "8")).toEqual({ ...all, text: "another\n" });
    await store.close();
    expect(await store.readLog(record.uuid, undefined)).toEqual(all);
    expect(namesIn(path.join(store.root, "logs"))).toEqual([]);
  });

  it("can be followed by its log while it runs", async () => {
    const store = await startStore();
    const record = noted();
    store.appendLog(record.uuid, "first");
    expect(await store.readLog(record.uuid, undefined)).toEqual({ text: "first\n", next: "6", isEnd: false });
    store.appendLog(record.uuid, "last");
    store.note(record, "{}");
    expect(await store.readLog(record.uuid, "6")).toEqual({ text: "last\n", next: "11", isEnd: true });
    expect(await store.remove(record.uuid)).toBe(true);
    expect(namesIn(path.join(store.root, "logs"))).toEqual([]);
  });

  it("stays forgotten when it was removed", async () => {
    const store = await startStore();
    const [kept, removed] = [noted(), noted()];
    store.note(kept, "{}");
    store.note(removed, "{}");
    await eventually(() => expect(historyOf(store)).toHaveLength(1));
    expect(await store.remove(removed.uuid)).toBe(true);
    expect(await store.get(removed.uuid)).toBeUndefined();
    await store.close();
    const again = await startStore({ workFolder: store.workFolder });
    expect((await again.list({ limit: 5 })).runs.map((run) => run.uuid)).toEqual([kept.uuid]);
    expect(await again.get(removed.uuid)).toBeUndefined();
  });

  it("survives a last line that was torn by a crash, and lines that are none", async () => {
    const store = await startStore();
    const [first, second] = [noted(), noted()];
    store.note(first, "{}");
    store.note(second, "{}");
    await store.close();
    const file = path.join(store.root, "history", historyOf(store)[0]!);
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, `${lines[0]}\nnot a line\n{"record":{}}\n${lines[1]}\n`);
    appendFileSync(file, lines[0]!.slice(0, 40));
    const again = await startStore({ workFolder: store.workFolder });
    expect((await again.list({ limit: 5 })).runs.map((run) => run.uuid)).toEqual([second.uuid, first.uuid]);
    expect(await again.result(second.uuid)).toBe("{}");
    expect(again.events).toEqual([expect.objectContaining({ lines: 2, file })]);
  });

  it("is noted in files of this life of the node: a former one's are not continued", async () => {
    const store = await startStore();
    store.note(noted(), "{}");
    await store.close();
    const again = await startStore({ workFolder: store.workFolder });
    again.note(noted(), "{}");
    await again.close();
    expect(historyOf(again)).toHaveLength(2);
    expect((await again.list({ limit: 5 })).runs).toHaveLength(2);
  });

  it("makes room for newer ones above KEEPRUNS, and pushes out no accepted ones", async () => {
    const store = await startStore({ keepRuns: 50 });
    const accepted = ended(makeRecord());
    await store.accept({ record: accepted, text: "", args: {} });
    await store.finish(accepted, "{}");
    for (let n = 0; n < 2000; n++) store.note(noted(), "{}");
    const last = noted();
    store.note(last, "{}");
    await eventually(async () => {
      const { runs } = await store.list({ limit: 500 });
      expect(runs[0]!.uuid).toBe(last.uuid);
      expect(runs).toHaveLength(51);
      expect(runs.at(-1)!.uuid).toBe(accepted.uuid);
    });
  });
});
