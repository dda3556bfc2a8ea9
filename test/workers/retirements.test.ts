import { afterAll, beforeAll, expect, test } from "vitest";
import type { PoolLog } from "../../service/workers/pool-options.js";
import { Retirements } from "../../service/workers/retirements.js";
import { startPool, type TestPool } from "./pool-helper.js";

function counted(): { retirements: Retirements; logged: string[] } {
  const logged: string[] = [];
  const note = (level: string) => (message: string) => void logged.push(`${level} ${message}`);
  const log = { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") };
  return { retirements: new Retirements(log as unknown as PoolLog), logged };
}

test("when nearly every run costs its worker, the log says so once, with the reasons by their number", () => {
  const { retirements, logged } = counted();
  for (let run = 0; run < 19; run++) retirements.runWasDirty([`open file /tmp/${run}`]);
  expect(retirements.warning()).toBeUndefined();
  retirements.runWasDirty(["process: sleep"]);
  const text = "20 of the last 20 runs cost their worker, so runs wait for new workers: open file (19), process (1)";
  expect(retirements.warning()).toBe(text);
  for (let run = 0; run < 200; run++) retirements.runWasDirty(["umask changed"]);
  expect(logged).toEqual([`warn ${text}`]);
  expect(retirements.warning()).toBe(
    "50 of the last 50 runs cost their worker, so runs wait for new workers: umask changed (50)",
  );
  expect(retirements.byReason).toEqual({ "open file": 19, process: 1, "umask changed": 200 });
});

test("the warning ends when most runs are clean again", () => {
  const { retirements, logged } = counted();
  for (let run = 0; run < 50; run++) retirements.runWasDirty(["unfinished: http"]);
  for (let run = 0; run < 25; run++) retirements.runWasClean();
  expect(retirements.warning()).toMatch(/^25 of the last 50 /);
  retirements.runWasClean();
  expect(retirements.warning()).toBeUndefined();
  expect(logged.at(-1)).toMatch(/^info workers are no longer replaced/);
});

test("some runs that leave something are no reason to warn, nor are processes that are used once", () => {
  const { retirements, logged } = counted();
  for (let run = 0; run < 500; run++) run % 4 === 0 ? retirements.runWasClean() : retirements.runWasDirty(["env: X"]);
  for (let run = 0; run < 100; run++) retirements.runWasDirty([]);
  retirements.count("heap stays at 300 MB");
  expect(retirements.warning()).toBeUndefined();
  expect(logged).toEqual([]);
  expect(retirements.byReason["heap stays at"]).toBe(1);
});

let node: TestPool;
beforeAll(async () => {
  node = await startPool({ workers: 1, spares: 2 });
});
afterAll(() => node.close());

test("a worker goes on run after run on this version of Node when runs leave nothing", async () => {
  const pids = new Set<unknown>();
  for (let run = 0; run < 100; run++) {
    const code = `__pm.pid = getPid(); ${run % 10 === 0 ? `try { io.readFileString("/none") } catch (e) {}` : ""}`;
    const reply = await node.run(code);
    expect(reply.state, JSON.stringify(reply.errors)).toBe("done");
    pids.add(JSON.parse(String(reply.result)).pid);
  }
  expect(node.pool.load()).toMatchObject({ retired: {}, crashes: 0, warning: undefined });
  expect(pids.size).toBe(1);
});
