import { existsSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import {
  ended,
  eventually,
  makeRecord,
  makeRun,
  namesIn,
  plantRuns,
  runOne,
  startStore,
  type TestStore,
} from "./store-helper.js";

const HOUR = 3_600_000;

async function uuids(store: TestStore): Promise<string[]> {
  return (await store.list({ limit: 500 })).runs.map((run) => run.uuid);
}

it("ended runs go RESULTTTL after their end, or when their record says so, with result and log", async () => {
  const first = await startStore();
  const now = Date.now();
  const old = await runOne(first);
  const late = await runOne(first, { acceptedAt: now - 1000 });
  const prolonged = await runOne(first, { expiresAt: now + HOUR });
  const hurried = await runOne(first, { acceptedAt: now - 900, expiresAt: now - 1 });
  for (const { uuid } of [old, late]) {
    first.appendLog(uuid, "x");
    await first.closeLog(uuid);
  }
  const [waiting, running] = [makeRun({ expiresAt: 1 }), makeRun()];
  await first.accept(waiting);
  await first.accept(running);
  await first.change({ ...running.record, state: "running" }, true);
  const noted = ended(makeRecord({ isAsync: false }));
  first.note(noted, "{}");
  await first.close();

  const store = await startStore({ workFolder: first.workFolder, resultTtlMs: HOUR });
  const kept = [late.uuid, running.record.uuid, waiting.record.uuid, prolonged.uuid];
  await eventually(async () => expect(await uuids(store)).toEqual(kept));
  for (const { uuid } of [old, hurried, noted]) expect(await store.get(uuid)).toBeUndefined();
  expect(namesIn(path.join(store.root, "logs"))).toEqual([`${late.uuid}.log`]);
  await eventually(() => expect(namesIn(path.join(store.root, "history"))).toEqual([]));
  expect(namesIn(store.root).filter((name) => name.endsWith(".result"))).toHaveLength(2);
});

it("of more than KEEPRUNS ended runs the oldest go, however many, and never one that has not ended", async () => {
  const first = await startStore();
  const waiting = makeRun();
  await first.accept(waiting);
  await first.close();
  const records = plantRuns(first.workFolder, new Array(1100).fill({}));
  const store = await startStore({ workFolder: first.workFolder, keepRuns: 20 });
  const newest = records
    .map((record) => record.uuid)
    .slice(-20)
    .reverse();
  await eventually(async () => expect(await uuids(store)).toEqual([...newest, waiting.record.uuid]));
  expect(namesIn(path.join(store.root, "runs"))).toHaveLength(20);
  expect(namesIn(store.root)).toHaveLength(21);
  expect(store.counts()).toEqual({ done: 20 });
});

it("logs go LOGTTL after the end of their run, which stays; never one of a run that has not ended", async () => {
  const first = await startStore();
  const [old, recent] = [await runOne(first), await runOne(first, { acceptedAt: Date.now() })];
  const running = makeRun();
  await first.accept(running);
  for (const uuid of [old.uuid, recent.uuid, running.record.uuid, "unknown-old", "unknown-new"]) {
    first.appendLog(uuid, "x");
    await first.closeLog(uuid);
  }
  utimesSync(path.join(first.root, "logs", "unknown-old.log"), new Date(0), new Date(0));
  await first.close();
  const store = await startStore({ workFolder: first.workFolder, logTtlMs: HOUR });
  const kept = [recent.uuid, running.record.uuid, "unknown-new"].map((uuid) => `${uuid}.log`).sort();
  await eventually(() => expect(namesIn(path.join(store.root, "logs"))).toEqual(kept));
  expect(await store.result(old.uuid)).toBe('{"x":1}');
  expect(await store.readLog(old.uuid, undefined)).toEqual({ text: "", next: "0", isEnd: true });
});

it("the log of a synchronous run goes with it", async () => {
  const store = await startStore({ keepRuns: 10 });
  const record = ended(makeRecord({ isAsync: false }));
  store.appendLog(record.uuid, "x");
  await eventually(() => expect(namesIn(path.join(store.root, "logs"))).toHaveLength(1));
  store.note(record, "{}");
  for (let n = 0; n < 300; n++) store.note(ended(makeRecord({ isAsync: false })), "{}");
  await eventually(() => expect(namesIn(path.join(store.root, "logs"))).toEqual([]));
});

it("results without a run are set aside when they are old enough; files that are not ours stay", async () => {
  const first = await startStore();
  await first.close();
  const files = ["orphan.result", "young.result", "apikey", "init.yaml", "h.pid", "h-1-n.unique", "x.json", ".other"];
  for (const name of files) {
    const file = path.join(first.root, name);
    writeFileSync(file, "{}");
    if (name !== "young.result") utimesSync(file, new Date(0), new Date(0));
  }
  const store = await startStore({ workFolder: first.workFolder, resultTtlMs: 1, logTtlMs: 1, keepRuns: 1 });
  await eventually(() => expect(existsSync(path.join(store.root, "orphan.result"))).toBe(false));
  expect(namesIn(store.root)).toEqual(files.slice(1).sort());
  expect(store.events).toMatchObject([{ reason: "the run does not exist" }]);
});
