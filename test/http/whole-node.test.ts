import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RoJobClient } from "../../service/client/index.js";
import { loadConfig } from "../../service/config/index.js";
import { type RunningNode, startNode } from "../../service/node/start-node.js";
import { KEY, send } from "./http-node.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const job = (exec: string): string =>
  `jobs:\n- name: A\n  exec: |\n    ${exec.replaceAll("\n", "\n    ")}\ntodo: [A]\n`;

describe("a whole node", () => {
  let scratch: string;
  let node: RunningNode;
  let port: number;
  const run = (path: string, body: string) => send(port, path, { body, headers: { authorization: `Bearer ${KEY}` } });

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "rojob-whole-"));
    const argv = [
      "PORT=0",
      `WORK=${scratch}/work`,
      `RUN=${repository}run`,
      "WORKERS=1",
      "MAXRESULT=20000",
      "FORK=false",
    ];
    const { config } = loadConfig({ argv, env: {}, cwd: scratch });
    node = await startNode(config, { apiKey: KEY, log: pino({ level: "silent" }) });
    port = Number(new URL(node.url).port);
  });
  afterAll(async () => {
    await node?.stop();
    rmSync(scratch, { recursive: true });
  });

  it("replies the arguments of the echo job, and says which way it went and how long it took", async () => {
    const answer = await run("/run?a=1&b=x+y", "rojob/echo.yaml");
    expect([answer.status, answer.json]).toEqual([200, { a: "1", b: "x y" }]);
    expect(answer.headers["x-rojob-uuid"]).toMatch(new RegExp(`^localhost-${port}-\\d+$`));
    expect(answer.headers["x-rojob-route"]).toMatch(/worker/);
    expect(answer.headers["server-timing"]).toMatch(/^accept;dur=[\d.]+, wait;dur=[\d.]+, run;dur=[\d.]+$/);
  });

  it("starts the result with the arguments, those of the query over those of the oJob", async () => {
    expect((await run("/ojob?a=1", `args: { a: b, c: 2 }\n${job("__pm.x = 1")}`)).json).toEqual({ a: "1", c: 2, x: 1 });
    expect((await run("/ojob", `args: '{"c":2}'\n${job("__pm.x = args.c")}`)).json).toEqual({ c: 2, x: 2 });
    expect((await run("/ojob?a=1", job("__pm = [1, 2, 3]"))).text).toBe("[1,2,3]");
    expect(
      (await run("/json", `{\n\t"jobs": [{ "name": "A", "exec": "__pm.x = '€'" }],\n\t"todo": ["A"]\n}`)).json,
    ).toEqual({ x: "€" });
  });

  it("shows the errors of a job that throws, and where", async () => {
    const answer = await run("/ojob?a=1", job("__pm.x = 1\nthrow 'kaboom'"));
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      a: "1",
      x: 1,
      __errors: [{ name: "A", error: ["kaboom"], at: { file: "ojob", line: 4 } }],
    });
    const again = await run("/v1/runs", JSON.stringify({ ojob: job("\nundefined.x") }));
    expect(again.json).toMatchObject({ state: "failed", errors: [{ name: "A", at: { line: 5 } }] });
  });

  it("goes on after a job that calls exit, whose result is replied all the same", async () => {
    const exit = await run("/ojob", job("__pm.x = 1\nexit(1)"));
    expect(exit.status).toBe(200);
    expect(exit.json).toMatchObject({ x: 1, __errors: [{ error: [expect.stringContaining("exit(1)")] }] });
    expect((await run("/run?a=1", "rojob/echo.yaml")).json).toEqual({ a: "1" });
  });

  it("goes on after a run that took too long or made too large a result", async () => {
    const endless = await run("/v1/runs", JSON.stringify({ ojob: job("for (;;) ;"), timeoutMs: 300 }));
    expect(endless.json).toMatchObject({ result: null, errors: [{ error: [expect.stringContaining("300 ms")] }] });
    expect(endless.json.state).not.toBe("done");
    const large = await run("/ojob", job("__pm.x = 'x'.repeat(30000)"));
    expect([large.status, large.json.code, large.json.result]).toEqual([500, "result_too_large", undefined]);
    expect((await run("/run?a=1", "rojob/echo.yaml")).json).toEqual({ a: "1" });
  });

  it("is used through the TypeScript client", async () => {
    const client = new RoJobClient({ url: node.url, apiKey: KEY });
    expect(await client.health()).toEqual({ alive: true, ready: true });
    expect(await client.run("rojob/echo.yaml", { n: 1, l: [true] })).toMatchObject({
      state: "done",
      result: { n: 1, l: [true] },
    });
  });

  it("is used through the Python client", async () => {
    copyFileSync(join(repository, "clients/python/rojob.py.sample"), join(scratch, "rojob.py"));
    writeFileSync(join(scratch, "e.yaml"), job("__pm.sum = Number(args.a) + 1"));
    const env = { PATH: process.env.PATH, ROJOB_URL: `http://127.0.0.1:${port}`, ROJOB_APIKEY: KEY };
    const { stdout } = await promisify(execFile)("python3", ["rojob.py", "e.yaml", "a=1", "b=x y"], {
      cwd: scratch,
      env,
    });
    expect(JSON.parse(stdout)).toEqual({ a: "1", b: "x y", sum: 2 });
  });
});
