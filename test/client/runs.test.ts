import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RoJobClient, RoJobError, RunHandle, type RunRecord } from "../../service/client/index.js";
import { KEY } from "../http/http-node.js";
import { type ManagedNode, oneJob, startManaged } from "../management/managed-node.js";

const SLOW = `for (var i = 0; i < args.n; i++) { print("line " + i + " é"); sleep(args.pauseMs, true) }; __pm.n = i`;

describe("the TypeScript client and the life of runs", () => {
  let managed: ManagedNode;
  let client: RoJobClient;

  beforeAll(async () => {
    managed = await startManaged();
    client = new RoJobClient({ url: managed.node.url, apiKey: KEY });
  });
  afterAll(() => managed?.close());

  const collect = async (lines: AsyncIterable<string>): Promise<string[]> => {
    const all: string[] = [];
    for await (const line of lines) all.push(line);
    return all;
  };

  it("submits a run, follows its output, waits for its end and reads its result", async () => {
    const run = await client.submit(oneJob(SLOW), { n: 4, pauseMs: 60 }, { name: "slow", priority: 2 });
    expect(run.uuid).toMatch(/-slow_\d+$/);
    const lines = await collect(run.log({ follow: true }));
    expect(lines).toEqual(["line 0 é", "line 1 é", "line 2 é", "line 3 é"]);
    const record = await run.wait();
    expect(record).toMatchObject({ uuid: run.uuid, state: "done", name: "slow", priority: 2, isAsync: true });
    expect(await run.result()).toEqual({ n: 4, pauseMs: 60 });
    expect(await collect(client.log(run.uuid))).toEqual(lines);
  });

  it("gives how an asynchronous run ended as if it had waited for it", async () => {
    const failing = await client.submit(oneJob("__pm.x = 1; throw 'kaboom'"));
    const ended = await failing.ended();
    expect(ended).toMatchObject({ uuid: failing.uuid, state: "failed", result: { x: 1 } });
    expect(ended.errors).toMatchObject([{ name: "A", error: ["kaboom"] }]);
    expect(ended.result).not.toHaveProperty("__errors");
    expect(ended.timings.runMs).toBeGreaterThanOrEqual(0);
  });

  it("waits for a run whose oJob says async", async () => {
    const { state, result } = await client.exec({ ...oneJob("__pm.x = 1"), rojob: { async: true } });
    expect([state, result]).toEqual(["done", { x: 1 }]);
  });

  it("is answered with the end when it comes within waitS, else with a handle of a run that goes on", async () => {
    expect(await client.start({ ojob: oneJob("__pm.x = 1") }, {}, { waitS: 20 })).toMatchObject({ state: "done" });
    const started = await client.start({ ojob: oneJob(SLOW) }, { n: 600, pauseMs: 100 }, { waitS: 1 });
    expect(started).toBeInstanceOf(RunHandle);
    const run = started as RunHandle;
    expect((await run.wait({ timeoutMs: 50 })).state).toBe("running");
    await expect(run.result()).rejects.toMatchObject({ status: 409, code: "run_not_ended" });
    expect(await run.kill()).toMatchObject({ uuid: run.uuid, state: "killed" });
    expect(await run.ended()).toMatchObject({ state: "killed", result: undefined });
    await expect(run.kill()).rejects.toMatchObject({ status: 409, code: "run_ended" });
  });

  it("starts one run for one idempotency key", async () => {
    const options = { idempotencyKey: "once-and-for-all" };
    const [first, second] = await Promise.all([
      client.submit(oneJob("__pm.x = 1"), { a: 1 }, options),
      client.submit(oneJob("__pm.x = 1"), { a: 1 }, options),
    ]);
    expect(second.uuid).toBe(first.uuid);
    await expect(client.submit(oneJob("__pm.x = 1"), { a: 2 }, options)).rejects.toMatchObject({
      status: 422,
      code: "idempotency_key_reused",
    });
  });

  it("lists runs page after page, filtered, and no more than are asked for", async () => {
    const since = Date.now();
    const submitted: string[] = [];
    for (let i = 0; i < 5; i++) submitted.unshift((await client.submitRun("rojob/echo.yaml", { i })).uuid);
    await Promise.all(submitted.map((uuid) => client.wait(uuid)));
    const page = await client.page({ since, limit: 2 });
    expect(page.runs.map(({ uuid }) => uuid)).toEqual(submitted.slice(0, 2));
    expect(page.next).toEqual(expect.any(String));
    const all: RunRecord[] = [];
    for await (const record of client.list({ since, limit: 4, file: "rojob/echo.yaml", state: "done" }))
      all.push(record);
    expect(all.map(({ uuid }) => uuid)).toEqual(submitted.slice(0, 4));
    const none = client.list({ since, state: ["killed", "expired"] });
    expect((await none.next()).done).toBe(true);
  });

  it("forgets a run that has ended", async () => {
    const run = await client.submitRun("rojob/echo.yaml");
    await run.wait();
    await client.forget(run.uuid);
    await expect(run.get()).rejects.toMatchObject({ status: 404, code: "unknown_run" });
  });

  it("has a method for each management job", async () => {
    const { management } = client;
    managed.put("folder/file.txt", "text");
    expect((await management.listWork("folder")).map(({ filename }) => filename)).toEqual(["file.txt"]);
    expect((await management.getMemory()).total).toBeGreaterThan(0);
    expect((await management.showVars()).rojob).toMatchObject({ WORK_DIR: managed.work });
    await management.setInitJob("x.yaml", "jobs: []\ntodo: []\n");
    await management.clearInitJobs();
    expect(await management.zipFolder("folder")).toMatch(/folder\.zip$/);
    expect(await management.cleanWork("folder")).toBeGreaterThan(0);
    const error = await management.setInitJob("../x.yaml", "jobs: []").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RoJobError);
    expect(error).toMatchObject({
      code: "management_failed",
      message: expect.stringContaining("Filename can not refer to other folders."),
    });
  });
});
