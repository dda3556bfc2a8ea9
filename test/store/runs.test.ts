import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ended, makeRecord, makeRun, namesIn, runOne, startStore } from "./store-helper.js";

describe("an accepted run", () => {
  it("is on the disk, readable by its owner only, with its record, text and arguments", async () => {
    const store = await startStore();
    const run = makeRun();
    const { uuid } = run.record;
    await store.accept(run);
    const file = path.join(store.root, `${uuid}.rojob`);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(run);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await store.get(uuid)).toEqual(run.record);
    expect(await store.result(uuid)).toBeUndefined();
    expect(await store.unfinished()).toEqual([{ ...run, fence: 0 }]);
  });

  it("has its newest record while it runs, and is unfinished until it has ended", async () => {
    const store = await startStore();
    const run = makeRun();
    await store.accept(run);
    const running = { ...run.record, state: "running" as const, attempt: 1, startedAt: 5 };
    await store.change(running, true);
    expect(await store.get(running.uuid)).toEqual(running);
    expect(await store.unfinished()).toEqual([{ ...run, record: running, fence: 1 }]);
    await store.finish(ended(running), '{"x":1}');
    expect(await store.unfinished()).toEqual([]);
    expect(await store.get(running.uuid)).toMatchObject({ state: "done", resultBytes: 7 });
    expect(await store.result(running.uuid)).toBe('{"x":1}');
    expect(namesIn(store.root)).toEqual([`${running.uuid}.result`]);
    expect(statSync(path.join(store.root, "runs", `${running.uuid}.json`)).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(store.root, `${running.uuid}.result`)).mode & 0o777).toBe(0o600);
  });

  it("keeps the order of its changes, however fast they come, and refuses what does not follow the newest", async () => {
    const store = await startStore();
    const run = makeRun();
    const accepted = store.accept(run);
    const changes = Array.from({ length: 20 }, (_, at) => {
      const attempt = at + 1;
      return store.write({ ...run.record, attempt }, at, { isDurable: at % 2 === 0 });
    });
    const tooLate = store.write({ ...run.record, attempt: 50 }, 19, { isDurable: true });
    const end = store.end(ended(run.record, { attempt: 21 }), "{}", 20);
    const second = store.end(ended(run.record, { attempt: 22 }), "[]", 20);
    await accepted;
    expect(await Promise.all(changes)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(await Promise.all([tooLate, end, second])).toEqual([undefined, true, false]);
    expect(await store.get(run.record.uuid)).toMatchObject({ state: "done", attempt: 21, resultBytes: 2 });
    expect(await store.result(run.record.uuid)).toBe("{}");
    expect(namesIn(path.join(store.root, "runs"))).toEqual([`${run.record.uuid}.json`]);
  });

  it("is unfinished for the node that accepted it only, the oldest first", async () => {
    const store = await startStore();
    const [first, second] = [makeRun(), makeRun()];
    await store.accept(second);
    await store.accept(first);
    await store.accept(makeRun({ node: "127.0.0.1:9999" }));
    expect((await store.unfinished()).map((run) => run.record.uuid)).toEqual([first.record.uuid, second.record.uuid]);
  });

  it("is ended when its node died right after the record said so", async () => {
    const store = await startStore();
    const run = makeRun();
    await store.accept(run);
    await store.change(ended(run.record), true);
    expect(await store.unfinished()).toEqual([]);
    expect(namesIn(store.root)).toEqual([]);
    expect(await store.get(run.record.uuid)).toMatchObject({ state: "done" });
  });

  it("can be removed when it has ended, and not before", async () => {
    const store = await startStore();
    const run = makeRun();
    const { uuid } = run.record;
    await store.accept(run);
    expect(await store.remove(uuid)).toBe(false);
    store.appendLog(uuid, "a line");
    await store.finish(ended(run.record), "{}");
    expect(await store.remove(uuid)).toBe(true);
    expect(await store.remove(uuid)).toBe(false);
    expect(await store.get(uuid)).toBeUndefined();
    expect(await store.result(uuid)).toBeUndefined();
    expect(await store.readLog(uuid, undefined)).toBeUndefined();
    expect((await store.list({ limit: 10 })).runs).toEqual([]);
    expect([store.root, path.join(store.root, "runs"), path.join(store.root, "logs")].flatMap(namesIn)).toEqual([]);
  });

  it("is counted by its state when it has ended", async () => {
    const store = await startStore();
    await runOne(store);
    await runOne(store);
    await runOne(store, { state: "failed" });
    await store.accept(makeRun());
    store.note(ended(makeRecord()), "{}");
    expect(store.counts()).toEqual({ done: 3, failed: 1 });
  });
});

describe("a uuid from outside", () => {
  it.each(["", ".", "..", "../a", "a/b", "a\\b", ".hidden", "a\0b", "x".repeat(201)])(
    "%j leads to no file and is no run",
    async (uuid) => {
      const store = await startStore();
      writeFileSync(path.join(store.workFolder, "a.result"), "{}");
      expect(await store.get(uuid)).toBeUndefined();
      expect(await store.result(uuid)).toBeUndefined();
      expect(await store.readLog(uuid, undefined)).toBeUndefined();
      expect(await store.remove(uuid)).toBe(false);
      store.appendLog(uuid, "x");
      await expect(store.accept(makeRun({ uuid }))).rejects.toThrow("cannot be the uuid of a run");
    },
  );

  it("may have colons, as the address of an IPv6 host has", async () => {
    const store = await startStore();
    const record = await runOne(store, { uuid: "::1-8787-my_job_17" });
    expect(await store.result(record.uuid)).toBe('{"x":1}');
  });
});
