import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEY, send } from "../http/http-node.js";
import { resultOf, startPool } from "../workers/pool-helper.js";
import { type ManagedNode, oneJob, startManaged, textOf } from "./managed-node.js";

describe("ROJOB in a run", () => {
  let managed: ManagedNode;
  /** Value of an expression in a run, and the uuid of the run. */
  const value = async (expression: string, args: Record<string, unknown> = {}): Promise<any> =>
    (await managed.code(`__pm = { value: ${expression} }`, args)).value;
  const sum = JSON.stringify(oneJob("__pm.sum = args.a + args.b"));

  beforeAll(async () => {
    managed = await startManaged(["WORKERS=2"]);
    writeFileSync(
      join(managed.around, "sum.yaml"),
      "todo: [A]\njobs:\n- name: A\n  exec: __pm.sum = args.a + args.b\n",
    );
    writeFileSync(join(managed.around, "run/sum.json"), sum);
  });
  afterAll(() => managed?.close());

  const file = (): string => JSON.stringify(join(managed.around, "sum.yaml"));

  it("has the plain values of the service; the rest stays out of what is printed or copied", async () => {
    const shown = await value("clone(ROJOB)");
    expect(Object.keys(shown)).toEqual(["HOST", "PORT", "WORK_DIR", "RUN_DIR", "CNAME", "UUID"]);
    expect(await value("stringify(ROJOB) === stringify(clone(ROJOB))")).toBe(true);
    expect(
      await value(
        "[typeof ROJOB.client, typeof ROJOB.cluster, typeof ROJOB.work, ROJOB.client === global.ROJOB.client]",
      ),
    ).toEqual(["object", "object", "object", true]);
  });

  it("does not have the key, nor anything that would give access after the run", async () => {
    const everything = await value(`{
      env: getEnvs(), args, rojob: ROJOB, client: ROJOB.client, own: Object.getOwnPropertyNames(ROJOB.client),
      sent: (() => { try { ROJOB.client.run("no/such.yaml") } catch (e) { return String(e) + e.stack } })()
    }`);
    expect(JSON.stringify(everything)).not.toContain(KEY);
    expect(JSON.stringify(everything)).not.toContain("run:localhost");
    // By listening in on a request of its own a run finds its token, which is of no use once it has ended.
    const caught = await value(`(() => {
      const seen = []
      const { stringify } = JSON
      JSON.stringify = (...all) => { const text = stringify(...all); seen.push(text); return text }
      ROJOB.client.getMemory()
      JSON.stringify = stringify
      return (/run:[^"]+/.exec(seen.join()) || [])[0]
    })()`);
    expect(caught).toMatch(/^run:localhost-/);
    const late = await send(managed.port, "/v1/runs", {
      method: "GET",
      headers: { authorization: `Bearer ${caught}` },
    });
    expect([late.status, late.json.code]).toEqual([401, "bad_run_token"]);
  });

  it.each([
    ["exec", () => `ROJOB.client.exec(${file()}, { a: "x", b: "y" })`],
    ["execJob, given a map", () => `ROJOB.client.execJob(${sum}, { a: "x", b: "y" })`],
    ["execJob, given a text", () => `ROJOB.client.execJob(${JSON.stringify(sum)}, { a: "x", b: "y" })`],
    ["run", () => `ROJOB.client.run("sum.json", { a: "x", b: "y" })`],
  ])("%s waits for the result map", async (_name, call) => {
    expect(await value(call())).toEqual({ a: "x", b: "y", sum: "xy" });
  });

  it("passes numbers and truth values as texts, like a query, and maps and lists as they are", async () => {
    const echo = `ROJOB.client.run("rojob/echo.yaml", { n: 1, b: true, none: undefined, m: { x: 1 }, l: [1, "2"] })`;
    expect(await value(echo)).toEqual({ n: "1", b: "true", m: { x: 1 }, l: [1, "2"] });
    const large = await value(`ROJOB.client.run("rojob/echo.yaml", { t: args.t }).t.length`, {
      t: "x".repeat(1_000_000),
    });
    expect(large).toBe(1_000_000);
  });

  it.each([
    ["execAsync", () => `ROJOB.client.execAsync(${file()}, { a: "x", b: "y" })`],
    ["execJobAsync", () => `ROJOB.client.execJobAsync(${sum}, { a: "x", b: "y" })`],
    ["runAsync", () => `ROJOB.client.runAsync("sum.json", { a: "x", b: "y" })`],
    [
      "exec of an oJob that says so itself",
      () => `ROJOB.client.execJob(merge(${sum}, { rojob: { async: true } }), { a: "x", b: "y" })`,
    ],
  ])("%s gives the uuid, with which the result is waited for and forgotten", async (_name, call) => {
    const { started, waited, got, cleaned } = await managed.code(`
      const started = ${call()}
      const waited = ROJOB.client.wait(started.uuid, 20000)
      const got = ROJOB.client.getResult(started.uuid + ".rojob", true)
      __pm = { started, waited, got, cleaned: ROJOB.client.getResult(started.uuid) }`);
    expect(started).toEqual({ uuid: expect.stringMatching(/^localhost-\d+-\d+$/) });
    expect(waited).toEqual({ a: "x", b: "y", sum: "xy" });
    expect(got).toEqual(waited);
    expect(cleaned).toEqual({ __error: `Job ${started.uuid} result is not available.` });
  });

  it("wait gives nothing when its time is over first, whatever that time is", async () => {
    const slow = JSON.stringify(oneJob("sleep(60000)"));
    const { none, killed } = await managed.code(`
      const { uuid } = ROJOB.client.execJobAsync(${slow})
      const none = [0, 1, 250].map((ms) => ROJOB.client.wait(uuid, ms) === undefined)
      __pm = { none, killed: ROJOB.client.killJob(uuid) }`);
    expect(none).toEqual([true, true, true]);
    expect(killed).toEqual({ result: 1 });
  });

  it("gives the errors of jobs with the result map", async () => {
    const failing = JSON.stringify(oneJob("__pm.x = 1; throw 'kaboom'"));
    expect(await value(`ROJOB.client.execJob(${failing})`)).toMatchObject({
      x: 1,
      __errors: [{ name: "A", error: ["kaboom"] }],
    });
    const list = JSON.stringify(oneJob("__pm = [1, 2]; throw 'kaboom'"));
    expect(await value(`ROJOB.client.execJob(${list})`)).toMatchObject({ __pm: [1, 2], __errors: [{ name: "A" }] });
  });

  it.each([
    ["a job that is not there", `ROJOB.client.run("no/such.yaml")`, "run_not_found", /no\/such\.yaml/],
    ["a path that leads out", `ROJOB.client.run("../x.yaml")`, "run_path_escapes", /leads out/],
    ["what is no oJob", `ROJOB.client.execJob("a: 1")`, "not_an_ojob", /'jobs' or 'todo'/],
    ["a run nobody knows", `ROJOB.client.wait("localhost-1-1", 10)`, "unknown_run", /localhost-1-1/],
    ["a run that dies", `ROJOB.client.execJob(args.kill)`, "run_crashed", /was ended|was lost/],
  ])("throws what the node says about %s", async (_name, call, code, message) => {
    const kill = oneJob("sh('kill -9 ' + getPid())");
    const caught = await managed.code(
      `try { ${call} } catch (e) { __pm = { name: e.name, code: e.code, message: e.message } }`,
      { kill },
    );
    expect(caught).toMatchObject({ name: "RoJobError", code, message: expect.stringMatching(message) });
  });

  it("manages: what the management jobs reply, its methods give", async () => {
    const text = "a: 1\n";
    writeFileSync(join(managed.around, "init.yaml"), text);
    managed.put("b/c.txt");
    const client = (call: string): Promise<any> => value(`ROJOB.client.${call}`);
    expect((await client("listWork('b')")).work.map((one: any) => one.filename)).toEqual(["c.txt"]);
    expect((await client("listWork()")).work.map((one: any) => one.filename)).toEqual(["b", "c.txt"]);
    expect(await client("cleanWork('b')")).toEqual({ path: "b", deleted: 2 });
    const init = JSON.stringify(join(managed.around, "init.yaml"));
    expect(await client(`setInitJob('x.yaml', ${init})`)).toEqual({ name: "x.yaml", job: text });
    expect(textOf(join(managed.work, ".rojob/x.yaml"))).toBe(text);
    expect(await client("clearInitJobs()")).toEqual({});
    expect(textOf(join(managed.work, ".rojob/x.yaml"))).toBeUndefined();
    expect((await client("getMemory()")).used).toMatch(/ MB$/);
    expect((await client("getMemory(true)")).used).toBeGreaterThan(1_000_000);
    expect((await client("showVars()")).rojob.WORK_DIR).toBe(managed.work);
    expect(await client("killJob('localhost-1-1.rojob')")).toEqual({ result: 0, error: expect.any(String) });
    expect(await client("getResult('localhost-1-1')")).toEqual({
      __error: "Job localhost-1-1 result is not available.",
    });
  });

  it("lists the nodes, with what runs on them, and adds one", async () => {
    const self = { host: "localhost", port: managed.port };
    const [listed, uuid] = await value("[ROJOB.client.listNodes(), ROJOB.UUID]");
    expect(listed).toEqual({ nodes: [{ ...self, jobs: [`${uuid}.rojob`] }] });
    expect(await value("ROJOB.cluster.nodes()")).toMatchObject([{ ...self, isSelf: true, state: "alive" }]);
    for (const call of ["client.addNode('127.0.0.1', 1)", "cluster.verify({ host: '127.0.0.1', port: 1 })"])
      expect(await managed.code(`try { ROJOB.${call} } catch (e) { __pm.error = e.message }`)).toEqual({
        error: expect.stringContaining("127.0.0.1:1"),
      });
  });

  it("goes on with other tasks of the run while it waits", async () => {
    const slow = JSON.stringify(oneJob("sleep(400); __pm = 1"));
    const code = `
      let ticks = 0
      const other = $do(() => { for (let i = 0; i < 5; i++) { sleep(20); ticks++ } })
      ROJOB.client.execJob(${slow})
      __pm.ticks = ticks
      $doWait(other)`;
    expect(await managed.code(code)).toEqual({ ticks: 5 });
  });
});

describe("ROJOB.client of a node that asks for no key", () => {
  it("works the same, and its runs name their parents", async () => {
    const managed = await startManaged(["PRIVATE=true"]);
    try {
      const reply = await managed.code(
        "__pm.inner = ROJOB.client.run('rojob/showvars.yaml').rojob.UUID; __pm.own = ROJOB.UUID",
      );
      const { json } = await managed.ask("GET", `/v1/runs/${reply.inner}`);
      expect(json.by).toBe(`run ${reply.own}`);
    } finally {
      await managed.close();
    }
  });
});

describe("ROJOB.client of a busy node", () => {
  it("asks again for a run that surely has not begun, as often as setRetry says, and for no other", async () => {
    const asked: string[] = [];
    const answers = [problem("busy"), problem("not_ready"), { uuid: "u", state: "done", result: { x: 1 }, errors: [] }];
    const node = createServer((request, reply) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      const answer = answers[asked.length - 1] ?? problem("draining");
      reply.writeHead("code" in answer ? 503 : 200).end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => node.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
    const pool = await startPool({ makeNodeAccess: () => ({ url, token: "run:u:1", isRunOnly: false }) });
    try {
      const run = async (times: number): Promise<any> =>
        resultOf(
          await pool.run(`
            ROJOB.client.setRetry(${times})
            ROJOB.client.setRetryTime(10)
            try { __pm = ROJOB.client.run("a.yaml") } catch (e) { __pm = e.code }`),
        );
      expect(await run(2)).toEqual({ x: 1 });
      expect(asked).toEqual(Array(3).fill("POST /v1/runs Bearer run:u:1"));
      expect(await run(2)).toBe("draining");
      expect(asked).toHaveLength(4);
      asked.length = 0;
      expect(await run(0)).toBe("busy");
      expect(asked).toHaveLength(1);
    } finally {
      await pool.close();
      node.close();
    }
  });

  const problem = (code: string) => ({ code, status: 503, detail: `it is ${code}` });
});
