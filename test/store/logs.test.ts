import { appendFileSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { LogChunk } from "../../service/model/record.js";
import type { RunStore } from "../../service/store/index.js";
import { ended, eventually, makeRun, namesIn, runOne, startStore, type TestStore } from "./store-helper.js";

async function running(store: TestStore): Promise<ReturnType<typeof makeRun>["record"]> {
  const run = makeRun();
  await store.accept(run);
  const record = { ...run.record, state: "running" as const };
  await store.change(record, true);
  return record;
}

/** Reads on until there is nothing more. */
async function readAll(store: RunStore, uuid: string, from?: string): Promise<{ chunks: LogChunk[]; text: string }> {
  const chunks: LogChunk[] = [];
  for (let place = from; ; place = chunks.at(-1)!.next) {
    const chunk = (await store.readLog(uuid, place))!;
    chunks.push(chunk);
    if (chunk.isEnd || chunk.text === "") return { chunks, text: chunks.map((each) => each.text).join("") };
  }
}

describe("the log of a run", () => {
  it("has its lines in order, is readable by its owner only, and ends when the run has", async () => {
    const store = await startStore();
    const { uuid, ...rest } = await running(store);
    const lines = Array.from({ length: 1000 }, (_, n) => `line ${n} – größer als ☃ 😀`);
    for (const line of lines.slice(0, 500)) store.appendLog(uuid, line);
    const half = await readAll(store, uuid);
    expect(half.text).toBe(`${lines.slice(0, 500).join("\n")}\n`);
    expect(half.chunks.at(-1)!.isEnd).toBe(false);
    for (const line of lines.slice(500)) store.appendLog(uuid, line);
    await store.finish(ended({ uuid, ...rest }), "{}");
    const all = await readAll(store, uuid, half.chunks.at(-1)!.next);
    expect(all.text).toBe(`${lines.slice(500).join("\n")}\n`);
    expect(all.chunks.at(-1)!.isEnd).toBe(true);
    expect(statSync(path.join(store.root, "logs", `${uuid}.log`)).mode & 0o777).toBe(0o600);
  });

  it("costs nothing when the run prints nothing", async () => {
    const store = await startStore();
    const record = await running(store);
    expect(await store.readLog(record.uuid, undefined)).toEqual({ text: "", next: "0", isEnd: false });
    await store.finish(ended(record), "{}");
    expect(await store.readLog(record.uuid, undefined)).toEqual({ text: "", next: "0", isEnd: true });
    expect(namesIn(path.join(store.root, "logs"))).toEqual([]);
    expect(await store.readLog("unknown-run", undefined)).toBeUndefined();
  });

  it("is announced, and on the disk, soon after a line came", async () => {
    const store = await startStore();
    const { uuid } = await running(store);
    const told: string[] = [];
    const stop = store.onLog((of) => told.push(of));
    store.appendLog(uuid, "a line");
    await eventually(() => expect(told).toEqual([uuid]));
    expect(readFileSync(path.join(store.root, "logs", `${uuid}.log`), "utf8")).toBe("a line\n");
    stop();
    store.appendLog(uuid, "another");
    await store.closeLog(uuid);
    expect(told).toEqual([uuid]);
  });

  it("is cut at line ends into chunks of 256 KB at most", async () => {
    const store = await startStore();
    const record = await running(store);
    const lines = Array.from({ length: 9000 }, (_, n) => `${n} ${"ü".repeat(n % 90)}`);
    for (const line of lines) store.appendLog(record.uuid, line);
    const { chunks, text } = await readAll(store, record.uuid);
    expect(text).toBe(`${lines.join("\n")}\n`);
    for (const chunk of chunks) {
      expect(Buffer.byteLength(chunk.text)).toBeLessThanOrEqual(256 * 1024);
      expect(chunk.text === "" || chunk.text.endsWith("\n")).toBe(true);
    }
    expect(chunks.length).toBeGreaterThan(3);
  });

  it("is cut between characters where a line is longer than a chunk", async () => {
    const store = await startStore();
    for (const line of ["😀".repeat(200_000), `a${"😀".repeat(200_000)}`, `ab${"☃".repeat(300_000)}`]) {
      const record = await running(store);
      store.appendLog(record.uuid, line);
      await store.finish(ended(record), "{}");
      const { chunks, text } = await readAll(store, record.uuid);
      expect(text === `${line}\n`).toBe(true);
      expect(chunks.length).toBeGreaterThan(3);
    }
  });

  it("shows a line that was torn by a crash when the run is over, not before", async () => {
    const store = await startStore();
    const record = await running(store);
    store.appendLog(record.uuid, "whole");
    await store.closeLog(record.uuid);
    appendFileSync(path.join(store.root, "logs", `${record.uuid}.log`), "torn");
    expect(await store.readLog(record.uuid, undefined)).toEqual({ text: "whole\n", next: "6", isEnd: false });
    await store.finish(ended(record), "{}");
    expect(await store.readLog(record.uuid, "6")).toEqual({ text: "torn\n", next: "10", isEnd: true });
    expect(await store.readLog(record.uuid, "10")).toEqual({ text: "", next: "10", isEnd: true });
  });

  it.each(["nonsense", "-5", "1e3", ""])("starts at its beginning from %j, which is no place", async (from) => {
    const store = await startStore();
    const record = await runOne(store);
    store.appendLog(record.uuid, "late");
    await store.closeLog(record.uuid);
    expect((await store.readLog(record.uuid, from))!.text).toBe("late\n");
    expect(await store.readLog(record.uuid, "999")).toEqual({ text: "", next: "999", isEnd: true });
  });

  it("is complete for hundreds of runs that print at once, with few files open", async () => {
    const store = await startStore();
    const uuids = Array.from({ length: 300 }, (_, n) => `h-1-${n}`);
    for (let turn = 0; turn < 3; turn++) {
      for (const uuid of uuids) store.appendLog(uuid, `${uuid} ${turn}`);
      await new Promise((resume) => setTimeout(resume, 80));
    }
    await Promise.all(uuids.map((uuid) => store.closeLog(uuid)));
    for (const uuid of uuids) {
      const text = readFileSync(path.join(store.root, "logs", `${uuid}.log`), "utf8");
      expect(text).toBe(`${uuid} 0\n${uuid} 1\n${uuid} 2\n`);
    }
  });

  it("of 100 MB is written and followed with flat memory", async () => {
    const store = await startStore();
    const record = await running(store);
    const line = "x".repeat(999);
    const total = 100_000;
    let written = 0;
    let read = 0;
    let place: string | undefined;
    let isEnd = false;
    let highest = 0;
    global.gc?.();
    const before = process.memoryUsage();
    while (!isEnd) {
      for (let n = 0; n < 2000 && written < total; n++, written++) store.appendLog(record.uuid, line);
      if (written === total) await store.finish(ended(record), "{}");
      for (let turn = 0; turn < 8 && !isEnd; turn++) {
        const chunk = (await store.readLog(record.uuid, place))!;
        read += Buffer.byteLength(chunk.text);
        ({ next: place, isEnd } = chunk);
      }
      highest = Math.max(highest, process.memoryUsage().rss);
    }
    expect(read).toBe(100_000_000);
    expect(highest - before.rss).toBeLessThan(80 * 1024 * 1024);
  });
});
