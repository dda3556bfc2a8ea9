import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createStore } from "../../service/store/index.js";
import { job, startRuns, untilFile } from "./runs-helper.js";
import { noteLog, until, workFolder } from "./work-folder.js";

const MB = 1_000_000;

describe("the output of a run", () => {
  it("is followed while it is written, also 100 MB of it, in flat memory", async () => {
    const { runs } = await startRuns(workFolder());
    const lines = 50_000;
    const exec = `var pad = "x".repeat(2100); for (var i = 0; i < ${lines}; i++) print(String(i) + pad)`;
    const { uuid } = (await runs.submit(job(exec))).record;
    let bytes = 0;
    let next = 0;
    let largest = 0;
    let rest = "";
    let isEnd = false;
    let most = 0;
    await until(() => runs.running().includes(uuid), "the run to be started");
    const before = process.memoryUsage().rss;
    for await (const chunk of runs.log(uuid, { follow: true })) {
      largest = Math.max(largest, chunk.text.length);
      bytes += Buffer.byteLength(chunk.text);
      const parts = (rest + chunk.text).split("\n");
      rest = parts.pop()!;
      for (const line of parts) if (Number.parseInt(line, 10) === next) next++;
      most = Math.max(most, process.memoryUsage().rss);
      isEnd = chunk.isEnd;
    }
    expect([next, rest, isEnd]).toEqual([lines, "", true]);
    expect(bytes).toBeGreaterThan(100 * MB);
    expect(largest).toBeLessThan(4 * MB);
    console.log(`${(bytes / MB).toFixed(0)} MB followed; memory grew by ${((most - before) / MB).toFixed(0)} MB`);
    expect(most - before).toBeLessThan(120 * MB);
  });

  it("is read from any place, up to now or up to the end", async () => {
    const work = workFolder();
    const { runs } = await startRuns(work);
    const file = join(work, "go");
    const { uuid } = (await runs.submit(job(`print("one"); print("two €"); ${untilFile(file)}; print("three")`)))
      .record;
    const read = async (follow: boolean, from?: string) => {
      const chunks = [];
      for await (const chunk of runs.log(uuid, { follow, from })) chunks.push(chunk);
      return { text: chunks.map(({ text }) => text).join(""), next: chunks.at(-1)!.next, isEnd: chunks.at(-1)!.isEnd };
    };
    await until(async () => (await read(false)).text.includes("two"));
    const first = await read(false);
    expect(first).toMatchObject({ text: "one\ntwo €\n", isEnd: false });
    const rest = read(true, first.next);
    writeFileSync(file, "");
    expect(await rest).toMatchObject({ text: "three\n", isEnd: true });
    expect(await read(true)).toMatchObject({ text: "one\ntwo €\nthree\n", isEnd: true });
    await expect(runs.log("tests-1-5", { follow: true })[Symbol.asyncIterator]().next()).rejects.toThrow("tests-1-5");
  });

  it("ends for who follows when they leave, when the node stops, and when the run has written nothing", async () => {
    const work = workFolder();
    const { runs, stop } = await startRuns(work);
    const { uuid } = (await runs.submit(job(untilFile(join(work, "go"))))).record;
    const waiting = (await runs.submit(job("print('x')"))).record.uuid;
    const leaving = new AbortController();
    const follow = async (id: string, signal?: AbortSignal): Promise<number> => {
      let count = 0;
      for await (const { text } of runs.log(id, { follow: true, signal })) count += text.length;
      return count;
    };
    const left = follow(uuid, leaving.signal);
    const following = [follow(uuid), follow(waiting)];
    leaving.abort();
    expect(await left).toBe(0);
    await stop();
    expect(await Promise.all(following)).toEqual([0, 0]);
  });

  it("and the end of a run of another node on the same work folder are noticed, too", async () => {
    const work = workFolder();
    const { runs } = await startRuns(work);
    const { log } = noteLog();
    const options = { workFolder: work, resultTtlMs: 0, logTtlMs: 0, keepRuns: 0, log };
    const other = createStore({ ...options, node: () => "other:2" });
    await other.start();
    const record = {
      uuid: "other-2-77",
      state: "accepted" as const,
      file: "ojob",
      sourceHash: "",
      args: {},
      by: "x",
      isAsync: true,
      node: "other:2",
      priority: 0,
      retries: 0,
      attempt: 0,
      acceptedAt: Date.now(),
      errors: [],
    };
    await other.accept({ record, text: "", args: {} });
    const waiting = runs.wait(record.uuid, 60_000);
    const reading = (async () => {
      let text = "";
      for await (const chunk of runs.log(record.uuid, { follow: true })) text += chunk.text;
      return text;
    })();
    const fence = await other.write({ ...record, state: "running" }, 0, { isDurable: true });
    other.appendLog(record.uuid, "from afar");
    await other.end({ ...record, state: "done", endedAt: Date.now() }, '{"a":1}', fence!);
    expect((await waiting)?.state).toBe("done");
    expect(await reading).toBe("from afar\n");
    expect(await runs.result(record.uuid)).toBe('{"a":1}');
    await other.close();
  });
});
