import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { WorkerGroups } from "../../service/workers/cgroups.js";
import { childProgram } from "../child-program.js";
import { PATIENCE_MS } from "../patience.js";
import { errorsOf, eventually, isAlive, resultOf, startPool, type TestPool } from "./pool-helper.js";

const TELL_PID = "__pm.pid = Number(getPid())";

describe("a pool of one worker", () => {
  let node: TestPool;
  beforeAll(async () => {
    node = await startPool({ forkIdleMs: 200 });
  });
  afterAll(() => node.close());

  test("a hundred clean runs one after the other are served by the same process", async () => {
    const pids = new Set<number>();
    for (let run = 0; run < 100; run++) {
      const reply = await node.run(`${TELL_PID}; print("run " + ${run}); __pm.list = [1, 2].map(n => n * 2)`);
      expect(reply.state).toBe("done");
      pids.add(resultOf(reply).pid);
    }
    expect(pids.size).toBe(1);
    expect(node.pool.load()).toMatchObject({ retired: {}, crashes: 0, runs: 100, workers: 1 });
  });

  test("clean runs that sleep, read files and start processes keep their worker, too", async () => {
    const pids = new Set<number>();
    for (let run = 0; run < 10; run++) {
      const reply = await node.run(
        `${TELL_PID}; sleep(5, true); $sh("echo hi").get(0); io.writeFileString("f", "x"); io.readFileString("f")`,
      );
      expect(errorsOf(reply)).toBe("");
      pids.add(resultOf(reply).pid);
    }
    expect(node.pool.load().retired).toEqual({});
    expect(pids.size).toBe(1);
  });

  test("a busy pool takes nothing and never queues; who listens hears when a worker is free", async () => {
    const spec = {
      uuid: "busy",
      file: "test",
      args: {},
      text: JSON.stringify({ jobs: [{ name: "a", exec: "sleep(150, true)" }], todo: ["a"] }),
    };
    const first = node.pool.tryRun(spec)!;
    expect(node.pool.load()).toMatchObject({ busy: 1, free: 0 });
    expect(node.pool.tryRun({ ...spec, uuid: "other" })).toBeUndefined();
    let heard = 0;
    const stop = node.pool.onFree(() => heard++);
    await first;
    expect(heard).toBe(1);
    stop();
    await node.run("1");
    expect(heard).toBe(1);
  });

  test("jobs see the variables of the node that the pool was given, each run its own copy", async () => {
    expect(resultOf(await node.run('__pm.v = getEnv("ROJOB_TEST")')).v).toBe("from the node");
    const spawned = resultOf(
      await node.run('__pm.text = $sh("echo $ROJOB_TEST $ROJOB_UUID").get(0).stdout', { uuid: "marked" }),
    );
    expect(spawned.text.trim()).toBe("from the node marked");
  });

  test("a worker set aside serves nobody else; given back, it serves again", async () => {
    const slot = node.pool.reserve()!;
    expect(node.pool.load()).toMatchObject({ free: 0, busy: 1, workers: 1 });
    expect(node.pool.reserve()).toBeUndefined();
    slot.release();
    slot.release();
    expect(node.pool.load()).toMatchObject({ free: 1, busy: 0, workers: 1 });
    expect((await node.run("__pm.a = 1")).state).toBe("done");
  });

  test("an extra worker takes a run and is gone when it has been idle", async () => {
    const busy = node.run('while (!io.fileExists("go")) sleep(20, true)');
    await node.pool.fork();
    expect(node.pool.load()).toMatchObject({ forks: 1, free: 1, workers: 2 });
    expect((await node.run("__pm.ok = 1")).state).toBe("done");
    writeFileSync(path.join(node.folder, "go"), "");
    await busy;
    await eventually(() => node.pool.load().forks === 0, "the extra worker is gone");
    expect(node.pool.load()).toMatchObject({ workers: 1, free: 1 });
  });

  test("a worker that died while it was set aside says so", async () => {
    const { pid } = resultOf(await node.run(TELL_PID));
    const slot = node.pool.reserve()!;
    process.kill(pid, "SIGKILL");
    await eventually(() => node.pool.load().free === 1, "another worker came");
    expect(slot.run({ uuid: "late", text: "{}", file: "f", args: {} })).toBeUndefined();
    slot.release();
    expect(node.pool.load()).toMatchObject({ free: 1, workers: 1 });
  });

  test("a drained pool lets runs finish, and takes no new ones", async () => {
    const quick = node.run("sleep(100, true); __pm.ok = 1");
    await node.pool.drain(PATIENCE_MS);
    expect(await quick).toMatchObject({ state: "done" });
    expect(node.pool.tryRun({ uuid: "late", file: "test", args: {}, text: "{}" })).toBeUndefined();
  });
});

describe("ISOLATION=process", () => {
  let node: TestPool;
  beforeAll(async () => {
    node = await startPool({ isolation: "process", workers: 1, spares: 1 });
  });
  afterAll(() => node.close());

  test("no more runs at a time than WORKERS, however many processes are ready", async () => {
    expect(node.pool.load()).toMatchObject({ free: 1, workers: 2 });
    const spec = {
      uuid: "only",
      file: "test",
      args: {},
      text: JSON.stringify({ jobs: [{ name: "a", exec: "sleep(200, true)" }], todo: ["a"] }),
    };
    const first = node.pool.tryRun(spec);
    expect(first).toBeDefined();
    expect(node.pool.tryRun({ ...spec, uuid: "second" })).toBeUndefined();
    await first;
  });

  test("no process serves two runs", async () => {
    const pids: number[] = [];
    for (let run = 0; run < 4; run++) pids.push(resultOf(await node.run(TELL_PID)).pid);
    expect(new Set(pids).size).toBe(4);
    expect(node.pool.load()).toMatchObject({ retired: {}, crashes: 0 });
  });
});

describe("a pool of two workers", () => {
  let node: TestPool;
  beforeAll(async () => {
    node = await startPool({ workers: 2, spares: 1 });
  });
  afterAll(() => node.close());

  test("output comes line by line, in order, under its own run, also lines without an end and very long ones", async () => {
    const talk = (name: string): string =>
      `for (var i = 0; i < 200; i++) { print("${name} " + i); if (i % 50 == 0) sleep(2, true) } printnl("${name} half"); printErr("${name} err")`;
    const [a, b] = await Promise.all([node.run(talk("a"), { uuid: "A" }), node.run(talk("b"), { uuid: "B" })]);
    expect([a.state, b.state]).toEqual(["done", "done"]);
    for (const [uuid, name] of [
      ["A", "a"],
      ["B", "b"],
    ]) {
      const lines = node.output.filter((one) => one.uuid === uuid && one.line.startsWith(`${name} `));
      const expected = [...Array(200).keys()].map((i) => `${name} ${i}`);
      expect(lines.filter((one) => one.stream === 1).map((one) => one.line)).toEqual([...expected, `${name} half`]);
      expect(lines.filter((one) => one.stream === 2).map((one) => one.line)).toEqual([`${name} err`]);
      expect(node.output.filter((one) => one.uuid === uuid && one.line.startsWith(name === "a" ? "b " : "a "))).toEqual(
        [],
      );
    }
    await node.run('print("y".repeat(150000))', { uuid: "C" });
    const pieces = node.output
      .filter((one) => one.uuid === "C" && one.line.startsWith("y"))
      .map((one) => one.line.length);
    expect(pieces).toEqual([65536, 65536, 18928]);
  });

  test("a kill touches no neighbour", async () => {
    const neighbour = node.run('while (!io.fileExists("go")) sleep(20, true); __pm.ok = 1', { uuid: "neighbour" });
    const victim = node.run('io.writeFileString("spins", "x"); for (;;);', { uuid: "victim" });
    await eventually(() => existsSync(path.join(node.folder, "spins")), "the victim runs");
    expect(node.pool.kill("victim")).toBe(true);
    expect(await victim).toMatchObject({ state: "killed", endedBy: "killed" });
    writeFileSync(path.join(node.folder, "go"), "");
    expect(await neighbour).toMatchObject({ state: "done" });
    expect(node.pool.kill("unknown")).toBe(false);
  });

  test("a drained pool interrupts runs that take too long; closed, it leaves no process", async () => {
    await eventually(() => node.pool.load().free === 2, "both workers are there");
    const pids = await Promise.all([
      node.run(`${TELL_PID}; sleep(50, true)`),
      node.run(`${TELL_PID}; sleep(50, true)`),
    ]);
    const alive = pids.map((reply) => resultOf(reply).pid as number);
    expect(new Set(alive).size).toBe(2);
    expect(alive.every(isAlive)).toBe(true);
    const slow = node.run("for (;;);");
    await node.pool.drain(200);
    const interrupted = await slow;
    expect(interrupted.state).toBe("interrupted");
    expect(errorsOf(interrupted)).toContain("the node was stopped");
    expect(alive.filter(isAlive)).toHaveLength(1);
    await node.close();
    expect(alive.filter(isAlive)).toEqual([]);
  });
});

test("workers that cannot start are an error that says why, not a storm of processes", async () => {
  await expect(startPool({ jobMemoryMb: 1 })).rejects.toThrow(/a worker process did not start, 3 in a row: /);
});

test("a node that is killed leaves no worker, neither an idle nor a busy one, nor what they started", async () => {
  const script = await childProgram(path.join(import.meta.dirname, "abandoned-node.ts"));
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk;
  });
  await eventually(() => text.includes("\n"), "the node has started its runs");
  const pids = JSON.parse(text) as number[];
  expect(pids).toHaveLength(4);
  expect(pids.every(isAlive)).toBe(true);
  child.kill("SIGKILL");
  await eventually(() => !pids.some(isAlive), "all processes are gone");
});

test("a worker that was free or set aside and has exited takes no run while what it left is being ended", async () => {
  let isEnding = false;
  let left = Promise.resolve();
  let endedAll = (): void => undefined;
  const end = (): Promise<void> => {
    isEnding = true;
    return left;
  };
  const group = { folder: "/nowhere", joined: Promise.resolve(false) };
  const groups = { folder: "/nowhere", add: () => group, end, close: async () => undefined };
  const opened = vi.spyOn(WorkerGroups, "open").mockReturnValue(groups as unknown as WorkerGroups);
  onTestFinished(() => opened.mockRestore());
  const node = await startPool({ spares: 1 });
  onTestFinished(() => {
    endedAll();
    return node.close();
  });
  for (const was of ["set aside", "free"]) {
    isEnding = false;
    left = new Promise((resolve) => {
      endedAll = resolve;
    });
    const { pid } = resultOf(await node.run(TELL_PID));
    const slot = was === "free" ? undefined : node.pool.reserve()!;
    process.kill(pid, "SIGKILL");
    await eventually(() => isEnding, "the end of what the worker left");
    expect(slot?.run({ uuid: "late", text: "{}", file: "f", args: {} }), was).toBeUndefined();
    expect(node.pool.reserve(), was).toBeUndefined();
    expect(node.pool.load(), was).toMatchObject({ free: 0, busy: 0 });
    endedAll();
    await eventually(() => node.pool.load().free === 1, "another worker came");
    expect((await node.run("__pm.a = 1")).state).toBe("done");
  }
});
