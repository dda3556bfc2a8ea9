import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { processesIn, WorkerGroups } from "../../service/workers/cgroups.js";
import { descendantsOf, describeProcess } from "../../service/workers/process-table.js";
import { subreaperWords } from "../../service/workers/subreaper.js";
import { hasProgram } from "../has-program.js";
import { ESCAPES, programOf, UNTIL_THERE } from "../workers/escapes.js";
import { errorsOf, eventually, isAlive, startPool, type TestPool } from "../workers/pool-helper.js";

/** What a run starts ends with it, whatever it does to get away: new session, no parent, no environment. */

let pool: TestPool | undefined;
afterEach(async () => {
  await pool?.close();
  pool = undefined;
});

function pidIn(name: string): number {
  const file = path.join(pool!.folder, name);
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
}

/** The two ways there are, and none of them: what a machine has differs. */
const words = await subreaperWords();
const testGroups = WorkerGroups.open(`test-${process.pid}`);
await testGroups?.close();

test.skipIf(process.platform !== "linux" || (!hasProgram("perl") && !hasProgram("python3")))(
  "this machine lets a worker adopt orphans",
  () => expect(words.length).toBeGreaterThan(0),
);

describe.skipIf(words.length === 0 && testGroups === undefined)("a process that left by", () => {
  for (const [how, leave] of Object.entries(ESCAPES)) {
    test.skipIf(!hasProgram(programOf(how)))(
      `${how}: ends with a run that is done, and retires the worker`,
      async () => {
        pool = await startPool();
        const reply = await pool.run(`sh(${JSON.stringify(`${leave}\n${UNTIL_THERE}`)})`);
        expect(errorsOf(reply)).toBe("");
        await eventually(() => !isAlive(pidIn("away")), "it has ended", 20_000);
        expect(pidIn("away")).toBeGreaterThan(0);
        expect(Object.keys(pool.pool.load().retired)).toEqual(["process"]);
      },
    );
  }

  const leave = ESCAPES["an orphan of an orphan"]!;
  const busy = `sh(${JSON.stringify(`${leave}\n${UNTIL_THERE}; echo > there; sleep 300`)})`;
  const away = (): Promise<void> => eventually(() => pidIn("away") > 0, "it has left", 20_000);

  test("ends with a run that is killed by request", async () => {
    pool = await startPool();
    const reply = pool.run(busy, { uuid: "victim" });
    await away();
    expect(pool.pool.kill("victim")).toBe(true);
    expect((await reply).endedBy).toBe("killed");
    expect(isAlive(pidIn("away"))).toBe(false);
  });

  test("ends with a run that takes too long, and its neighbour goes on", async () => {
    pool = await startPool({ workers: 2 });
    const neighbour = pool.run('sh("while [ ! -f go ]; do sleep 0.05; done"); __pm.x = 1');
    const reply = await pool.run(`sh(${JSON.stringify(`${leave}\n${UNTIL_THERE}; sleep 300`)})`, { timeoutMs: 6000 });
    expect(reply.endedBy).toBe("timeout");
    expect(isAlive(pidIn("away"))).toBe(false);
    await pool.run('io.writeFileString("go", "")');
    expect((await neighbour).state).toBe("done");
  });

  test("ends with a job that ends its process", async () => {
    pool = await startPool();
    const reply = await pool.run(`sh(${JSON.stringify(`${leave}\n${UNTIL_THERE}`)}); exit(3)`);
    expect(reply.exitCode).toBe(3);
    await eventually(() => !isAlive(pidIn("away")), "it has ended", 20_000);
  });

  test("ends with a pool that is closed", async () => {
    const closing = (pool = await startPool());
    const reply = closing.run(busy);
    await away();
    const pid = pidIn("away");
    await closing.close();
    pool = undefined;
    expect((await reply).state).toBe("interrupted");
    expect(isAlive(pid)).toBe(false);
  });

  test.skipIf(testGroups === undefined)(
    "ends with a worker that its own job killed, where there are control groups",
    async () => {
      pool = await startPool();
      const reply = await pool.run(`sh(${JSON.stringify(`${leave}\n${UNTIL_THERE}; kill -9 $PPID`)}); sh("sleep 300")`);
      expect(reply.endedBy).toBe("crash");
      await eventually(() => !isAlive(pidIn("away")), "it has ended", 20_000);
      expect(pidIn("away")).toBeGreaterThan(0);
    },
  );
});

test.skipIf(words.length === 0)(
  "orphans that have ended are no zombies for long: the worker is replaced when it is idle",
  async () => {
    pool = await startPool();
    const ten = "for n in 1 2 3 4 5 6 7 8 9 10; do ( sh -c 'exec true' & ); done; sleep 0.3";
    const reply = await pool.run(`sh(${JSON.stringify(ten)}); __pm.pid = getPid()`);
    expect(reply.state).toBe("done");
    const { pid } = JSON.parse(String(reply.result)) as { pid: number };
    await eventually(() => !isAlive(pid), "the worker that adopted them is replaced", 30_000);
    expect(pool.pool.load().retired).toEqual({ zombies: 1 });
    const isLeft = (): boolean =>
      descendantsOf(process.pid).some((one) => {
        const found = describeProcess(one);
        return found?.isZombie && found.name === "true";
      });
    await eventually(() => !isLeft(), "somebody took note of them", 20_000);
  },
);

test("an interpreter kept for the next run is none that a run left, also when its variables change", async () => {
  pool = await startPool();
  const step = (value: number) => ({
    jobs: [
      { name: "a", lang: "python", exec: `args["x"] = ${value}` },
      { name: "keep", exec: "__pm.x = args.x" },
    ],
    todo: ["a", "keep"],
  });
  for (let run = 0; run < 3; run++) expect((await pool.run(step(run))).state).toBe("done");
  expect(pool.logged.filter(({ message }) => message === "worker retired")).toEqual([]);
});

describe.skipIf(testGroups === undefined)("control groups", () => {
  test("are gone with the pool, also those of workers that were killed", async () => {
    const groups = (): string[] =>
      readdirSync(path.dirname(testGroups!.folder)).filter((name) => name.startsWith(`rojob-${process.pid}-`));
    pool = await startPool({ workers: 2 });
    expect(groups()).toHaveLength(1);
    await pool.run('sh("sleep 300 &", "", void 0, false, void 0, false, void 0, void 0, true); exit(1)');
    await pool.close();
    pool = undefined;
    expect(groups()).toEqual([]);
  });

  test("without a worker yet are left alone by other nodes; those of dead ones are removed", async () => {
    const mine = WorkerGroups.open(`test-${process.pid}-c`)!;
    const dead = path.join(path.dirname(mine.folder), `rojob-${2 ** 22 - 1}-abcdef01`);
    mkdirSync(dead, { recursive: true });
    const other = WorkerGroups.open(`test-${process.pid}-d`)!;
    expect([existsSync(mine.folder), existsSync(dead)]).toEqual([true, false]);
    await Promise.all([mine.close(), other.close()]);
  });

  test("of a process that cannot be moved are none", async () => {
    const groups = WorkerGroups.open(`test-${process.pid}-b`)!;
    const gone = groups.add(2 ** 22 - 1)!;
    expect(await gone.joined).toBe(false);
    await groups.end(gone);
    expect(processesIn(gone.folder)).toEqual([]);
    await groups.close();
    expect(existsSync(groups.folder)).toBe(false);
  });
});
