import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { Nesting } from "../../service/dispatch/nesting.js";
import { eventually, type ManagedNode, oneJob, startManaged, textOf } from "./managed-node.js";

async function start(...options: string[]): Promise<ManagedNode> {
  const managed = await startManaged(options);
  onTestFinished(() => managed.close());
  return managed;
}

/** Code of a job that runs `code` as another run and puts its result map into its own. */
const nested = (code: string): string => `__pm.inner = ROJOB.client.execJob(${JSON.stringify(oneJob(code))})`;

/** File of its initialization job in the work folder. */
const LEFT = "left-by-init-job";

/** One worker, no forks, and an initialization job that starts runs. */
let managed: ManagedNode;
beforeAll(async () => {
  const initJob = oneJob(`${nested(nested("__pm.deep = true"))}; io.writeFileJSON(ROJOB.work.path("${LEFT}"), __pm)`);
  managed = await startManaged([], { ".rojob/a.json": JSON.stringify(initJob) });
  await eventually(async () => {
    if (textOf(join(managed.work, LEFT)) === undefined) return false;
    return (await managed.ask("GET", "/v1/runs?state=running")).json.runs.length === 0;
  }, "the initialization job has ended");
});
afterAll(() => managed?.close());

/** Keeps a worker busy, and costs no processor time. */
const ENDLESS = "while (true) sleep(50, true)";

describe("a node whose workers are all busy", () => {
  it("answers management jobs, and is freed by killjob", async () => {
    const two = await start("WORKERS=2");
    const endless = ["for (;;) ;", "while (true) { __pm.n = (__pm.n || 0) + 1 }"];
    const uuids = await Promise.all(endless.map((code) => two.begin(code)));
    await eventually(async () => (await two.ask("GET", "/v1/runs?state=running")).json.runs.length === 2, "both run");

    expect((await two.run("rojob/getmem.yaml")).used).toBeGreaterThan(0);
    expect((await two.run("rojob/listwork.yaml")).work).toEqual([]);
    expect((await two.run("rojob/showvars.yaml")).rojob.PORT).toBe(String(two.port));
    expect(await two.run("rojob/getresult.yaml", { uuid: uuids[0]! })).toEqual({
      __error: `Job ${uuids[0]} is still running.`,
    });

    for (const job of uuids) expect(await two.run("rojob/killjob.yaml", { job })).toEqual({ result: 1 });
    expect(await two.code("__pm.free = true")).toEqual({ free: true });
    for (const uuid of uuids) expect((await two.ask("GET", `/v1/runs/${uuid}`)).json.state).toBe("killed");
  });

  it("starts management jobs that nobody waits for at once, too", async () => {
    const uuid = await managed.begin(ENDLESS);
    await eventually(
      async () => (await managed.ask("GET", "/v1/runs?state=running")).json.runs.length === 1,
      "it runs",
    );
    const waiting = await managed.begin("__pm.x = 1");
    const { json } = await managed.ask("POST", "/v1/runs", {
      run: "rojob/killjob.yaml",
      args: { job: uuid },
      async: true,
    });
    expect((await managed.ask("GET", `/v1/runs/${json.uuid}?wait=60`)).json.state).toBe("done");
    expect((await managed.ask("GET", `/v1/runs/${uuid}?wait=60`)).json.state).toBe("killed");
    expect((await managed.ask("GET", `/v1/runs/${waiting}?wait=60`)).json.state).toBe("done");
  });

  it("kills a run that a client waits for", async () => {
    const waiting = managed.code(ENDLESS);
    let uuid = "";
    await eventually(async () => {
      uuid = (await managed.ask("GET", "/v1/runs?state=running")).json.runs[0]?.uuid ?? "";
      return uuid !== "";
    }, "the run is known");
    expect(await managed.run("rojob/killjob.yaml", { job: uuid })).toEqual({ result: 1 });
    expect(await waiting).toMatchObject({ code: "run_killed" });
  });
});

describe("runs that start runs, with one worker and no forks", () => {
  it("a run waits for a run that waits for a run", async () => {
    expect(await managed.code(nested(nested("__pm.deep = true")))).toEqual({ inner: { inner: { deep: true } } });
  });

  it("several such runs at once all come to their end", async () => {
    const replies = await Promise.all(
      [1, 2, 3, 4].map((n) => managed.code(nested(nested(`sleep(50); __pm.n = ${n}`)))),
    );
    expect(replies).toEqual([1, 2, 3, 4].map((n) => ({ inner: { inner: { n } } })));
  });

  it("a run starts several others at once", async () => {
    const inner = JSON.stringify(oneJob("sleep(100); __pm.square = args.n * args.n"));
    const code = `__pm.squares = parallel4Array([1, 2, 3], (n) => ROJOB.client.execJob(${inner}, { n }).square)`;
    expect((await managed.code(code)).squares.sort()).toEqual([1, 4, 9]);
  });

  it("a run waits for one it has started and gone on beside", async () => {
    const inner = JSON.stringify(oneJob("sleep(100); __pm.done = true"));
    const code = `
      const { uuid } = ROJOB.client.execJobAsync(${inner})
      __pm.early = ROJOB.client.getResult(uuid)
      __pm.late = ROJOB.client.wait(uuid, 90000)
      __pm.again = ROJOB.client.getResult(uuid)`;
    const { early, late, again } = await managed.code(code);
    expect(early).toEqual({ __error: expect.stringMatching(/is still running/) });
    expect([late, again]).toEqual([{ done: true }, { done: true }]);
  });

  it("an asynchronous run may do the same", async () => {
    const inner = JSON.stringify(oneJob("__pm.done = true"));
    const uuid = await managed.begin(`__pm.late = ROJOB.client.wait(ROJOB.client.execJobAsync(${inner}).uuid, 90000)`);
    await managed.ask("GET", `/v1/runs/${uuid}?wait=60`);
    expect(await managed.run("rojob/getresult.yaml", { uuid })).toEqual({ late: { done: true } });
  });

  it("a run that starts itself over and over is refused at some point, and says so", async () => {
    const job = oneJob(`
      const depth = Number(args.depth) + 1
      try {
        __pm = ROJOB.client.execJob(jsonParse(args.self), { depth, self: args.self })
      } catch (e) {
        __pm = { depth, code: e.code, message: e.message }
      }`);
    // As if others waited for it already: each level has a worker of its own, and dispatcher.test.ts counts all of them.
    const { enter } = Nesting.prototype;
    const entered = vi.spyOn(Nesting.prototype, "enter").mockImplementation(function (this: any, parent, child) {
      if (!this.depths.has(parent)) this.depths.set(parent, 11);
      return enter.call(this, parent, child);
    });
    onTestFinished(() => entered.mockRestore());
    const body = { ojob: job, args: { depth: 0, self: JSON.stringify(job) } };
    const { json } = await managed.ask("POST", "/v1/runs", body);
    expect(json.result).toMatchObject({ code: "nested_too_deep", message: expect.stringMatching(/levels deep/) });
    expect(json.result.depth).toBeGreaterThan(3);
    entered.mockRestore();
    expect(await managed.code("__pm.alive = true")).toEqual({ alive: true });
  });

  it("with ISOLATION=process it is the same", async () => {
    const separate = await start("ISOLATION=process", "SPARES=1");
    expect(await separate.code(nested(nested("__pm.deep = true")))).toEqual({ inner: { inner: { deep: true } } });
  });

  it("an initialization job may do the same", () => {
    expect(JSON.parse(textOf(join(managed.work, LEFT))!)).toEqual({ inner: { inner: { deep: true } } });
  });
});

describe("a run that was passed on to another node", () => {
  it("asks that node", async () => {
    const second = managed;
    const first = await start(`CDISC=localhost:${second.port}`);
    await eventually(
      async () => (await first.run("rojob/listnodes.yaml")).nodes.length === 2,
      "the nodes know each other",
    );
    const endless = await first.begin(ENDLESS);
    await eventually(async () => (await first.ask("GET", `/v1/runs/${endless}`)).json.state === "running", "it runs");
    const { inner, port, uuid } = await first.code(`
      __pm = { inner: ROJOB.client.run("rojob/showvars.yaml").rojob.PORT, port: ROJOB.PORT, uuid: ROJOB.UUID }`);
    expect([inner, port]).toEqual([String(second.port), String(second.port)]);
    expect(uuid).toContain(`-${first.port}-`);
    expect(await first.run("rojob/killjob.yaml", { job: endless })).toEqual({ result: 1 });
  });
});
