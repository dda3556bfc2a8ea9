import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorsOf, eventually, isAlive, resultOf, startPool, type TestPool } from "./pool-helper.js";

const KINDS = ["context", "process"] as const;
/** Enough for the environments; what has no end comes to it soon. */
const MEMORY_MB = 96;

describe.each(KINDS)(
  "ISOLATION=%s: however a run ends, it is answered and the next one finds a worker",
  (isolation) => {
    let node: TestPool;
    beforeAll(async () => {
      node = await startPool({ isolation, spares: 1, jobMemoryMb: MEMORY_MB });
    });
    afterAll(() => node.close());

    /** Pids a job wrote into files of the working folder. */
    const pidIn = (name: string): number => Number(readFileSync(path.join(node.folder, name), "utf8"));

    /** With one process per run, the next test has the next run. */
    const nextAnswers = async (): Promise<void> => (isolation === "process" ? undefined : answersStill());

    async function answersStill(): Promise<void> {
      const reply = await node.run("__pm.ok = 1");
      expect(reply.state).toBe("done");
      expect(resultOf(reply)).toMatchObject({ ok: 1 });
    }

    test("a job that throws fails its run and says why", async () => {
      const reply = await node.run('throw new Error("no such thing")');
      expect(reply.state).toBe("failed");
      expect(reply.endedBy).toBeUndefined();
      expect(errorsOf(reply)).toContain("no such thing");
    });

    test("an endless loop ends at the timeout of its request", async () => {
      const reply = await node.run("for (;;);", { timeoutMs: 300 });
      expect(reply).toMatchObject({ state: "killed", endedBy: "timeout", result: "null" });
      expect(errorsOf(reply)).toBe("timeout: still running after 300 ms (timeoutMs of the oJob or the request)");
      await nextAnswers();
    });

    test("an endless loop in a promise's callback, a getter or a regular expression ends as well", async () => {
      for (const code of [
        "Promise.resolve().then(() => { for (;;); }); eval('1'); for (;;);",
        "({ get x() { for (;;); } }).x",
        '/(a+)+b/.test("a".repeat(60))',
      ])
        expect((await node.run(code, { timeoutMs: 200 })).state).toBe("killed");
      await nextAnswers();
    });

    test("a heap without end is an error that names JOBMEMORY", async () => {
      const reply = await node.run('var all = []; for (;;) all.push({ text: "x".repeat(9) + all.length })');
      expect(reply).toMatchObject({ state: "failed", endedBy: "memory" });
      expect(errorsOf(reply)).toContain(`out of memory: the run needed more than the ${MEMORY_MB} MB of JOBMEMORY`);
      await nextAnswers();
    });

    test("byte arrays without end are, too, although V8 does not count them", async () => {
      const reply = await node.run("var all = []; for (;;) all.push(new Uint8Array(4e6).fill(1))");
      expect(reply).toMatchObject({ state: "failed", endedBy: "memory" });
      expect(errorsOf(reply)).toContain(`JOBMEMORY is ${MEMORY_MB} MB`);
      await nextAnswers();
    });

    test("a call without end is an error of its job only", async () => {
      const reply = await node.run("function again() { return again() + 1 } again()");
      expect(reply.state).toBe("failed");
      expect(errorsOf(reply)).toContain("Maximum call stack size exceeded");
      await nextAnswers();
    });

    test("a result above MAXRESULT is an error, not a transfer", async () => {
      const reply = await node.run('__pm.big = "x".repeat(2000000)');
      expect(reply).toMatchObject({ state: "failed", endedBy: "result", result: "null" });
      expect(errorsOf(reply)).toContain("MAXRESULT");
      await nextAnswers();
    });

    test("a job that breaks what writes its result harms only its own run", async () => {
      for (const code of [
        'JSON.stringify = () => "broken"',
        'Object.prototype.toJSON = Array.prototype.toJSON = () => "broken"',
      ]) {
        const reply = await node.run(`__pm.a = 1; ${code}`);
        expect(reply.endedBy).toBeUndefined();
        expect(resultOf(reply)).toMatchObject({ a: 1 });
        await nextAnswers();
      }
    });

    test("a killed run takes three generations of processes along, also those that ignore signals or left the group", async () => {
      const script = [
        "trap '' TERM HUP INT",
        "echo $$ > first",
        "sh -c 'trap \"\" TERM; echo $$ > second; sleep 60 & echo $! > third; wait' &",
        "setsid sh -c 'trap \"\" TERM; echo $$ > fourth; sleep 60' &",
        "sleep 60 & wait",
      ].join("\n");
      const pending = node.run(`$sh(${JSON.stringify(script)}).get(0)`, { uuid: `gen-${isolation}` });
      await eventually(() => {
        try {
          return ["first", "second", "third", "fourth"].every((name) => isAlive(pidIn(name)));
        } catch {
          return false; // not written yet
        }
      }, "all processes run");
      const pids = ["first", "second", "third", "fourth"].map(pidIn);
      expect(node.pool.kill(`gen-${isolation}`)).toBe(true);
      expect(await pending).toMatchObject({ state: "killed", endedBy: "killed" });
      expect(pids.filter(isAlive)).toEqual([]);
      expect(node.pool.kill(`gen-${isolation}`)).toBe(false);
      await nextAnswers();
    });

    test("background processes of a run that comes to its end are ended with it", async () => {
      const script =
        "nohup sleep 300 > /dev/null 2>&1 & echo $! > plain\nsetsid sh -c 'echo $$ > away; exec sleep 300' > /dev/null 2>&1 &\nwhile [ ! -s away ]; do sleep 0.02; done";
      const reply = await node.run(`$sh(${JSON.stringify(script)}).get(0)`);
      expect(reply.state).toBe("done");
      await eventually(() => [pidIn("plain"), pidIn("away")].every((pid) => !isAlive(pid)), "both are gone");
      await answersStill();
    });
  },
);

describe("the end of the process", () => {
  let node: TestPool;
  beforeAll(async () => {
    node = await startPool({ spares: 1 });
  });
  afterAll(() => node.close());

  test("by exit(code) other than 0 fails the run and says so, and keeps the result up to there", async () => {
    const reply = await node.run("__pm.got = 1; exit(3); __pm.never = 1");
    expect(reply).toMatchObject({ state: "failed", exitCode: 3 });
    expect(errorsOf(reply)).toContain("exit(3): the job ended its process");
    expect(resultOf(reply)).toMatchObject({ got: 1 });
  });

  test("by exit(0) is a good end", async () => {
    const reply = await node.run("__pm.got = 1; exit(0); __pm.never = 1");
    expect(reply).toMatchObject({ state: "done", exitCode: 0, errors: [] });
    expect(resultOf(reply)).toEqual({ got: 1 });
  });

  test("by exit(code) is no crash, and the next run has a worker", async () => {
    expect(node.pool.load().crashes).toBe(0);
    expect((await node.run("__pm.ok = 1")).state).toBe("done");
  });

  test("from outside fails its run with the signal, and the worker is replaced", async () => {
    const pending = node.run('io.writeFileString("pid", String(getPid())); sleep(20000, true)');
    const file = path.join(node.folder, "pid");
    await eventually(() => {
      try {
        return Number(readFileSync(file, "utf8")) > 0;
      } catch {
        return false; // not written yet
      }
    }, "the job runs");
    process.kill(Number(readFileSync(file, "utf8")), "SIGSEGV");
    const reply = await pending;
    expect(reply).toMatchObject({ state: "failed", endedBy: "crash" });
    expect(errorsOf(reply)).toContain("crash: the worker was ended by SIGSEGV");
    expect((await node.run("__pm.ok = 1")).state).toBe("done");
    expect(node.pool.load().crashes).toBe(1);
  });
});
