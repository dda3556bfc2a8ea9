import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isAlive } from "../../workers/pool-helper.js";
import { type Ran, runOJob, textsOf } from "./run-ojob.js";

const folder = mkdtempSync(path.join(tmpdir(), "rojob-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs one job with settings. */
const withSettings = (
  ojob: object,
  exec = "__pm.ran = true",
  args: Record<string, unknown> = {},
  more = {},
): Promise<Ran> => runOJob(JSON.stringify({ ojob, jobs: [{ name: "j", exec }], todo: ["j"] }), args, {}, more);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

describe("ojob.unique", () => {
  const pidFile = path.join(folder, "x.pid");
  const run = (args: Record<string, unknown> = {}, unique: object = {}): Promise<Ran> =>
    withSettings(
      { unique: { pidFile, ...unique } },
      "__pm.pid = io.readFileString(args.file)",
      { file: pidFile, ...args },
      {
        ownsProcess: true,
      },
    );
  /** A process that runs under the pid file. */
  async function other(command = ["sleep", "60"]): Promise<number> {
    const child = spawn(command[0]!, command.slice(1), { stdio: "ignore" });
    await once(child, "spawn");
    writeFileSync(pidFile, `${child.pid}`);
    return child.pid!;
  }

  test("a run without another goes on under its own id, and leaves no file", async () => {
    const ran = await run();
    expect(ran.pm.pid).toBe(String(process.pid));
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a run while another process lives ends and names it", async () => {
    const pid = await other();
    const ran = await run();
    expect(ran.exitCode).toBe(-1);
    expect(ran.pm.pid).toBeUndefined();
    expect(ran.stderr).toContain(`process ${pid} runs under '${pidFile}' already`);
    expect((await run({ status: "" })).stdout).toContain(`Running on pid = ${pid}`);
    expect((await run({ stop: "" })).stdout).toContain("Stopped");
    expect(isAlive(pid)).toBe(false);
  });

  test("restart and killPrevious end the other process and go on", async () => {
    for (const [args, unique] of [
      [{ restart: "" }, {}],
      [{}, { killPrevious: true }],
    ]) {
      const pid = await other(["sh", "-c", "sleep 60 & wait"]);
      const ran = await run(args, unique);
      expect(textsOf(ran)).toEqual({});
      expect(ran.pm.pid).toBe(String(process.pid));
      expect(isAlive(pid)).toBe(false);
    }
  });

  test("without another process status and stop say so and run nothing", async () => {
    rmSync(pidFile, { force: true });
    for (const name of ["status", "stop", "forcestop"]) {
      const ran = await run({ [name]: "" });
      expect(ran.stdout).toContain("Not running");
      expect(ran.exitCode).toBe(0);
    }
  });

  test("a process that got the id of the file later is left alone", async () => {
    const pid = await other();
    utimesSync(pidFile, 1000, 1000);
    expect((await run({}, { killPrevious: true })).pm.pid).toBe(String(process.pid));
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
  });

  test("a run of a node goes on and is told what a node has", async () => {
    const ran = await withSettings({ unique: { pidFile } });
    expect(ran.pm.ran).toBe(true);
    expect(ran.stderr).toContain("a node has rojob.unique");
  });
});

test("ojob.logToFile writes what is logged to a file a day and removes old ones", async () => {
  const logFolder = path.join(folder, "logs");
  await withSettings({ logToFile: { logFolder } }, "log('first')");
  const old = path.join(logFolder, "log-2001-02-03.log");
  writeFileSync(old, "");
  utimesSync(old, 1000, 1000);
  const ran = await withSettings(
    { logToFile: { logFolder, HKhowLongAgoInMinutes: 60, setLogOff: true } },
    "log('a & b'); logErr('wrong')",
  );
  expect(ran.stdout).toBe("");
  const today = new Date().toISOString().slice(0, 10);
  expect(readdirSync(logFolder)).toEqual([`log-${today}.log`]);
  const lines = readFileSync(path.join(logFolder, `log-${today}.log`), "utf8");
  expect(lines).toMatch(/^\S+ \S+ \| INFO \| first\n\S+ \S+ \| INFO \| a & b\n\S+ \S+ \| ERROR \| wrong\n$/);
});

describe("ojob.channels", () => {
  test("expose gives channels out, to users who may and for what they may", async () => {
    const port = await freePort();
    const auth = [
      { login: "reader", pass: "r", permissions: "r" },
      { login: "writer", pass: "w", permissions: "rw" },
    ];
    const code = `
      var at = (user, pass) => $ch("c" + user).create(true, "remote", { url: "http://" + user + ":" + pass + "@127.0.0.1:${port}/mine" });
      $ch("mine").set({ k: 1 }, { k: 1, v: "one" })
      at("reader", "r"); at("writer", "w"); at("nobody", "x")
      $ch("creader").set({ k: 2 }, { k: 2 })
      __pm.afterReader = $ch("mine").size()
      $ch("cwriter").set({ k: 3 }, { k: 3 })
      __pm.afterWriter = $ch("mine").size()
      __pm.read = $ch("creader").get({ k: 1 })
      try { __pm.nobody = $ch("cnobody").get({ k: 1 }) } catch (e) { __pm.nobody = undefined }
    `;
    const ran = await withSettings(
      { channels: { create: [{ name: "mine" }], expose: true, port, host: "127.0.0.1", list: ["mine"], auth } },
      code,
    );
    expect(textsOf(ran)).toEqual({});
    expect(ran.pm).toEqual({ afterReader: 1, afterWriter: 2, read: { k: 1, v: "one" } });
  });

  test("expose without a port is refused with a reason", async () => {
    expect((await withSettings({ channels: { expose: true } })).exception?.message).toBe(
      "ojob.channels.expose needs ojob.channels.port, the port to listen on",
    );
  });
});

describe("ojob.metrics", () => {
  test("collect keeps added metrics in a channel", async () => {
    const ran = await withSettings(
      { metrics: { add: { mine: "return { a: 5 }" }, collect: { ch: "m", period: 20, some: ["mine"] } } },
      "sleep(200); __pm.last = $ch('m').getAll().pop().mine",
    );
    expect(ran.pm.last).toEqual({ a: 5 });
  });

  test("active calls its function again and again", async () => {
    const ran = await withSettings(
      { metrics: { active: { fn: "global.sent = (global.sent || 0) + 1", periodInMs: 20 } } },
      "sleep(200); __pm.often = sent > 2",
    );
    expect(textsOf(ran)).toEqual({});
    expect(ran.pm.often).toBe(true);
  });

  test("passive gives them out on a port", async () => {
    const port = await freePort();
    const ran = await withSettings(
      { metrics: { port, add: { mine: "return { a: 5 }" } } },
      `__pm.got = $rest().get("http://127.0.0.1:${port}/healthz?s=mine")`,
    );
    expect(ran.pm.got).toEqual({ mine: { a: 5 } });
  });
});

test("ojob.debug makes the special comments of jobs print", async () => {
  const ran = await withSettings({ debug: { emoticons: false } }, "var a = 5;\n//? a\n__pm.a = a //@ here");
  expect(ran.pm).toEqual({ a: 5 });
  expect(ran.stdout).toContain("? a = 5");
  expect(ran.stdout).toContain("@ here");
});

test("a daemon runs what comes to the todo list until it is told to stop", async () => {
  const text = JSON.stringify({
    ojob: { daemon: true, timeInterval: 20, daemonFunc: "return __pm.late === true" },
    jobs: [
      { name: "tick", type: "periodic", typeArgs: { timeInterval: 50 }, exec: "ow.oJob.add2Todo('late', '')" },
      { name: "late", exec: "__pm.late = true" },
    ],
    todo: ["tick"],
  });
  const ran = await runOJob(text);
  expect(textsOf(ran)).toEqual({});
  expect(ran.pm).toEqual({ late: true });
});

test("ojob.checkStall ends the run with code -1", async () => {
  const ran = await withSettings({ checkStall: { everySeconds: 0.1, killAfterSeconds: 0.2 } }, "sleep(600000)");
  expect(ran.exitCode).toBe(-1);
});
