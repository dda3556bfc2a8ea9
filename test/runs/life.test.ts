import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isTerminal } from "../../service/model/record.js";
import { job, startRuns, untilFile } from "./runs-helper.js";
import { until, workFolder } from "./work-folder.js";

const LISTED = { limit: 100 };

describe("the life of a run that is waited for", () => {
  it("is known while it runs, and kept with result and output when it has ended", async () => {
    const work = workFolder();
    const { runs } = await startRuns(work);
    const file = join(work, "go");
    const reply = runs.run(
      job(`print("hello"); ${untilFile(file)}; __pm.x = 1`, { args: { a: 2 }, settings: { name: "n" } }),
    );
    await until(() => runs.running().length === 1);
    const [uuid] = runs.running();
    expect(uuid).toMatch(/^tests-1-n_\d+$/);
    expect(await runs.get(uuid!)).toMatchObject({ state: "running", isAsync: false, name: "n", by: "127.0.0.1" });
    expect((await runs.list({ ...LISTED, state: ["running"] })).runs.map((run) => run.uuid)).toEqual([uuid]);
    expect(await runs.result(uuid!)).toBeUndefined();
    writeFileSync(file, "");
    expect(await reply).toMatchObject({ uuid, state: "done", result: '{"a":2,"x":1}', route: "tests:1>worker" });
    expect(runs.running()).toEqual([]);
    expect(await runs.get(uuid!)).toMatchObject({
      state: "done",
      attempt: 1,
      route: "tests:1>worker",
      resultBytes: 13,
    });
    expect(await runs.result(uuid!)).toBe('{"a":2,"x":1}');
    const chunks = [];
    for await (const chunk of runs.log(uuid!, { follow: true })) chunks.push(chunk);
    expect(chunks.map(({ text }) => text).join("")).toBe("hello\n");
    expect(chunks.at(-1)?.isEnd).toBe(true);
  });

  it("is killed while it waits for a worker, and while it runs", async () => {
    const work = workFolder();
    const { runs, lines } = await startRuns(work);
    const first = runs.run(job("sleep(60000, true)"));
    await until(() => runs.running().length === 1);
    const second = runs.run(job("__pm.x = 1"));
    const [running, waiting] = runs.running();
    expect(await runs.kill(waiting!)).toBe("killed");
    expect(await second).toMatchObject({ state: "killed", endedBy: "killed" });
    expect(await runs.kill(running!)).toBe("killed");
    expect(await first).toMatchObject({ state: "killed", endedBy: "killed" });
    expect((await runs.list({ ...LISTED, state: ["killed"] })).runs).toHaveLength(2);
    expect([await runs.kill(running!), await runs.kill("tests-1-5")]).toEqual(["ended", "unknown"]);
    expect(await runs.run(job("__pm.x = 1"))).toMatchObject({ state: "done" });
    expect(lines.filter(({ level }) => level === "error")).toEqual([]);
  });
});

describe("the life of a run that is accepted", () => {
  it("goes from accepted to done, with result, output and times", async () => {
    const { runs } = await startRuns(workFolder());
    const wanted = job("print('hello'); __pm.x = 1", { args: { password: "p", a: 1 }, settings: { resultTtl: 60 } });
    const { record, isNew } = await runs.submit(wanted);
    expect([record.state, isNew, record.args]).toEqual(["accepted", true, { password: "***", a: 1 }]);
    const ended = (await runs.wait(record.uuid, 60_000))!;
    expect(ended).toMatchObject({ state: "done", attempt: 1, route: "tests:1>worker", errors: [] });
    expect(ended.startedAt).toBeGreaterThanOrEqual(ended.acceptedAt);
    expect(ended.endedAt).toBeGreaterThanOrEqual(ended.startedAt!);
    expect(ended.expiresAt).toBe(ended.endedAt! + 60_000);
    expect(JSON.parse(String(await runs.result(record.uuid)))).toEqual({ password: "p", a: 1, x: 1 });
    expect(await runs.remove(record.uuid)).toBe(true);
    expect(await runs.get(record.uuid)).toBeUndefined();
  });

  it("answers all waiters at its end, and those whose time is over with its present state", async () => {
    const work = workFolder();
    const { runs } = await startRuns(work);
    const { uuid } = (await runs.submit(job(untilFile(join(work, "go"))))).record;
    expect(isTerminal((await runs.wait(uuid, 50))!.state)).toBe(false);
    expect((await runs.wait(uuid, 60_000, { signal: AbortSignal.timeout(50) }))?.uuid).toBe(uuid);
    const waiting = Array.from({ length: 200 }, () => runs.wait(uuid, 60_000));
    writeFileSync(join(work, "go"), "");
    expect(new Set((await Promise.all(waiting)).map((record) => record?.state))).toEqual(new Set(["done"]));
    expect(await runs.wait("tests-1-5", 60_000)).toBeUndefined();
  });

  it("is started by priority, then by age, and not before its time", async () => {
    const work = workFolder();
    const { runs, finish } = await startRuns(work);
    const trace = join(work, "trace");
    const tracing = (name: string) => `sh("echo ${name} >> ${trace}")`;
    const first = await runs.submit(job(untilFile(join(work, "go"))));
    await until(() => runs.running().length === 1);
    await runs.submit(job(tracing("low"), { settings: { priority: -5 } }));
    const notBefore = Date.now() + 1500;
    await runs.submit(job(tracing("late $(date +%s%3N)"), { notBefore, settings: { priority: 9 } }));
    await runs.submit(job(tracing("a")));
    await runs.submit(job(tracing("b")));
    await runs.submit(job(tracing("high"), { settings: { priority: 5 } }));
    writeFileSync(join(work, "go"), "");
    await runs.wait(first.record.uuid, 60_000);
    await until(() => existsSync(trace) && readFileSync(trace, "utf8").split("\n").length === 6);
    const lines = readFileSync(trace, "utf8").trim().split("\n");
    expect(lines.filter((line) => !line.startsWith("late"))).toEqual(["high", "a", "b", "low"]);
    expect(Number(lines.find((line) => line.startsWith("late"))!.split(" ")[1])).toBeGreaterThanOrEqual(notBefore);
    expect((await finish(job("__pm = 1"))).state).toBe("done");
  });

  it("takes turns with runs that are waited for", async () => {
    const work = workFolder();
    const { runs } = await startRuns(work);
    const trace = join(work, "trace");
    const uuids: string[] = [];
    for (let count = 0; count < 20; count++) {
      uuids.push((await runs.submit(job(`sh("echo queued >> ${trace}"); sleep(20, true)`))).record.uuid);
    }
    await until(() => existsSync(trace));
    await runs.run(job(`sh("echo asked >> ${trace}")`));
    await runs.run(job(`sh("echo asked >> ${trace}")`));
    await Promise.all(uuids.map((uuid) => runs.wait(uuid, 60_000)));
    const lines = readFileSync(trace, "utf8").trim().split("\n");
    expect(lines).toHaveLength(22);
    expect(lines.lastIndexOf("asked")).toBeLessThan(21);
    expect(lines.lastIndexOf("asked") - lines.indexOf("asked")).toBeLessThanOrEqual(3);
  });

  it("shares its name with as many others at a time as it says", async () => {
    const { runs } = await startRuns(workFolder(), { workers: 3 });
    const limited = job("sleep(100, true)", { settings: { name: "n", maxPerName: 2 } });
    const uuids: string[] = [];
    for (let count = 0; count < 6; count++) uuids.push((await runs.submit(limited)).record.uuid);
    let most = 0;
    const watching = setInterval(() => (most = Math.max(most, runs.running().length)), 5);
    const ended = await Promise.all(uuids.map((uuid) => runs.wait(uuid, 60_000)));
    clearInterval(watching);
    expect(ended.map((record) => record?.state)).toEqual(Array(6).fill("done"));
    expect(most).toBe(2);
  });

  it("is run again when its jobs fail or its worker dies, as often as it may", async () => {
    const work = workFolder();
    const { finish, runs } = await startRuns(work);
    const flag = join(work, "flag");
    const once = `if (!io.fileExists("${flag}")) { io.writeFileString("${flag}", "x"); throw "not yet" } __pm.x = 1`;
    const healed = await finish(job(once, { settings: { retries: 2 } }));
    expect(healed).toMatchObject({ state: "done", attempt: 2, errors: [] });
    const died = await finish(
      job(`if (!io.fileExists("${flag}2")) { io.writeFileString("${flag}2", "x"); sh("kill -9 $PPID") }`, {
        settings: { retries: 1 },
      }),
    );
    expect(died).toMatchObject({ state: "done", attempt: 2 });
    const hopeless = await finish(job("throw 'never'", { settings: { retries: 1 } }));
    expect(hopeless).toMatchObject({ state: "failed", attempt: 2, errors: [{ name: "A", error: ["never"] }] });
    expect((await finish(job("throw 'once'"))).attempt).toBe(1);
    const waiting = (await runs.submit(job("throw 'x'", { settings: { retries: 5 } }))).record.uuid;
    await until(
      async () => (await runs.get(waiting))?.attempt === 1 && (await runs.get(waiting))?.state === "accepted",
    );
    expect(await runs.kill(waiting)).toBe("killed");
  });

  it("is one run however often it is submitted under the same key", async () => {
    const { runs } = await startRuns(workFolder(), { workers: 2 });
    const wanted = job("__pm.x = 1", { idempotencyKey: "k" });
    const answers = await Promise.all(Array.from({ length: 50 }, () => runs.submit(wanted)));
    expect(new Set(answers.map(({ record }) => record.uuid)).size).toBe(1);
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    await expect(runs.submit({ ...wanted, args: { a: 1 } })).rejects.toThrow(/key/i);
  });
});

describe("a node that stops", () => {
  it("starts no more runs, releases waiters, and its next process executes the waiting runs", async () => {
    const work = workFolder();
    const first = await startRuns(work);
    const running = (await first.runs.submit(job("sleep(60000, true)"))).record.uuid;
    await until(() => first.runs.running().includes(running));
    const again = (await first.runs.submit(job("__pm.x = 1", { settings: { retries: 3 } }))).record.uuid;
    const waiting = first.runs.wait(again, 60_000);
    await first.stop();
    expect((await waiting)?.state).toBe("accepted");
    await expect(first.runs.submit(job(""))).rejects.toThrow(/shutting down/);
    expect(readdirSync(join(work, ".rojob")).filter((name) => name.endsWith(".rojob"))).toEqual([`${again}.rojob`]);

    const { runs } = await startRuns(work);
    expect((await runs.wait(again, 60_000))?.state).toBe("done");
    expect(await runs.get(running)).toMatchObject({
      state: "interrupted",
      errors: [{ error: [expect.stringContaining("stopped")] }],
    });
  });
});
