import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ownIdentity } from "../../service/base/process-identity.js";
import { nodeProcesses, readSupervisor } from "../../service/supervisor/index.js";
import { oneJob } from "../management/managed-node.js";
import { rojob, runFolder, scratchFolder, startProgram } from "./program.js";

// Each test starts whole nodes from their sources, some of them twice.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

let folder: ReturnType<typeof scratchFolder>;
let work: string;
let pids: Set<number>;
beforeEach(() => {
  folder = scratchFolder();
  work = join(folder.path, "work");
  pids = new Set();
});
afterEach(async () => {
  for (const pid of notePids()) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  await waitUntil(() => [...pids].every((pid) => !isAlive(pid)));
  folder.remove();
});

/** The processes that this test has started and are known now; none of them may outlive it. */
function notePids(): number[] {
  const supervisor = readSupervisor(work);
  // First of all the one that would start the others again.
  const known = [supervisor?.pid, ...(supervisor?.nodes.map(({ pid }) => pid) ?? [])];
  for (const pid of [...known, ...nodeProcesses(work).map(({ pid }) => pid)]) if (pid !== undefined) pids.add(pid);
  return [...pids];
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function waitUntil(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 600) throw new Error(`still not after a minute: ${isSo}`);
    await pause(100);
  }
}

const run = (argv: string[], env?: NodeJS.ProcessEnv) => rojob(argv, { cwd: folder.path, env });
const options = ["WORKERS=1", "SPARES=1", "FORK=false", `RUN=${runFolder}`];

async function startDetached(ports: string, env?: NodeJS.ProcessEnv) {
  const started = await run(["start", "--detach", `PORT=${ports}`, ...options], env);
  notePids();
  return started;
}

/** The nodes start anew one after the other, on their ports, and let runs finish. */
async function restart() {
  const before = readSupervisor(work)!;
  const gate = join(folder.path, "gate");
  const gated = `while (!io.fileExists(${JSON.stringify(gate)})) sleep(20, true); __pm.x = 1`;
  writeFileSync(join(folder.path, "gated.json"), JSON.stringify(oneJob(gated)));
  const url = before.nodes[0]!.url!;
  const { uuid } = JSON.parse((await run(["exec", "gated.json", "--async", "--url", url])).stdout);
  // Both ask for it and wait until every node is back, though the second request comes while the first is carried out.
  const restarting = Promise.all([run(["restart"]), run(["restart"])]);
  await waitUntil(() => readSupervisor(work)!.nodes[0]!.state !== "ready");
  writeFileSync(gate, "");
  const outcomes = await restarting;
  notePids();
  const after = readSupervisor(work)!;
  expect(after.nodes.map(({ state }) => state)).toEqual(["ready", "ready"]);
  for (const { code, stdout } of outcomes) expect([code, JSON.parse(stdout)]).toEqual([0, after]);
  expect(after.pid).toBe(before.pid);
  expect(after.nodes.map((node) => node.url)).toEqual(before.nodes.map((node) => node.url));
  for (const [at, { pid, startedAt, restarts }] of after.nodes.entries()) {
    expect([pid === before.nodes[at]!.pid, restarts]).toEqual([false, 0]);
    if (at > 0) expect(startedAt).toBeGreaterThan(after.nodes[at - 1]!.startedAt!);
  }
  const result = await run(["result", uuid, "--follow"]);
  expect([result.code, JSON.parse(result.stdout)]).toEqual([0, { x: 1 }]);
  return after;
}

test("nodes in the background: ready when start returns, started anew by restart and when they die, gone after stop", async () => {
  const { code, stdout, stderr } = await startDetached("0,0");
  expect([code, stdout.match(/^READY http:\/\/localhost:\d+$/gm)]).toEqual([
    0,
    [expect.any(String), expect.any(String)],
  ]);
  expect(stdout).toMatch(/^Generated the API key /m);
  expect(stderr).toContain("rojob stop");
  const state = readSupervisor(work)!;
  expect(state.nodes.map((node) => node.state)).toEqual(["ready", "ready"]);
  const logs = readdirSync(state.log).filter((name) => name !== "supervisor.log");
  expect(logs).toHaveLength(2);
  const key = readFileSync(join(work, ".rojob", "apikey"), "utf8").trim();
  for (const name of readdirSync(state.log)) expect(readFileSync(join(state.log, name), "utf8")).not.toContain(key);

  const again = await startDetached("0");
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("are already running")]);

  // Found without being told where it is.
  expect(JSON.parse((await run(["run", "rojob/echo.yaml", "a=1"])).stdout)).toEqual({ a: "1" });

  const restarted = await restart();

  const [victim] = restarted.nodes;
  process.kill(victim!.pid!, "SIGKILL");
  await waitUntil(() => readSupervisor(work)!.nodes[0]!.restarts === 1);
  await waitUntil(() => readSupervisor(work)!.nodes[0]!.state === "ready");
  notePids();
  const status = await run(["status"]);
  expect(status.code).toBe(0);
  expect(JSON.parse(status.stdout)).toMatchObject([
    { url: victim!.url, state: "ready", restarts: 1, isSupervised: true, uptimeMs: expect.any(Number) },
    { state: "ready", restarts: 0, pid: restarted.nodes[1]!.pid },
  ]);

  const stopped = await run(["stop"]);
  expect([stopped.code, JSON.parse(stopped.stdout)]).toEqual([0, state.nodes.map(({ url }) => url)]);
  expect([...pids].filter(isAlive)).toEqual([]);
  expect(readdirSync(join(work, ".rojob")).filter((name) => name.endsWith(".pid"))).toEqual([]);
  expect((await run(["stop"])).code).toBe(3);
  expect((await run(["status"])).code).toBe(3);
});

test("restart says what to do when the supervisor is of an earlier version, and leaves it alone", async () => {
  let hangups = 0;
  const count = (): void => void hangups++;
  process.on("SIGHUP", count);
  try {
    // As that version wrote it; this process stands for the supervisor.
    const state = { pid: process.pid, startedAt: 1, log: work, nodes: [], identity: ownIdentity() };
    mkdirSync(join(work, ".rojob"), { recursive: true });
    const file = join(work, ".rojob", `supervisor_${hostname()}.pid`);
    writeFileSync(file, `${process.pid}\n${JSON.stringify(state)}\n`);
    const { code, stderr } = await run(["restart"]);
    expect([code, hangups]).toEqual([1, 0]);
    expect(stderr).toContain("has an earlier version: run `rojob stop`, then `rojob start --detach`");
    rmSync(file);
  } finally {
    process.off("SIGHUP", count);
  }
});

test("a start that fails says why, and leaves nothing behind", async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    const { port } = server.address() as AddressInfo;
    const { code, stdout, stderr } = await startDetached(`0,${port}`);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`rojob start: PORT: ${port} on 127.0.0.1 is used by another program`);
    expect(readSupervisor(work)).toBeUndefined();
    expect([...pids].filter(isAlive)).toEqual([]);
    expect((await run(["start", "--detach", "WORKERS=none"])).code).toBe(2);
  } finally {
    server.close();
  }
});

test("stop tells what it waits for, and --now does not wait; nodes in the foreground are found, too", async () => {
  const node = startProgram(["start", "PORT=0", "KILLGRACE=60000", ...options], { cwd: folder.path });
  await node.says("stdout", /READY http\S+\n/);
  notePids();
  writeFileSync(join(folder.path, "long.json"), JSON.stringify(oneJob("sleep(50000, true)")));
  const { uuid } = JSON.parse((await run(["exec", "long.json", "--async"])).stdout);
  await waitUntil(() => readFileSync(join(work, ".rojob", "runs", `${uuid}.json`), "utf8").includes("running"));
  expect(JSON.parse((await run(["status"])).stdout)).toMatchObject([{ state: "ready", isSupervised: false }]);
  const waiting = startProgram(["stop"], { cwd: folder.path });
  expect(await waiting.says("stderr", /KILLGRACE/)).toContain(uuid);
  await pause(500);
  expect(isAlive(node.child.pid!)).toBe(true);
  const now = await run(["stop", "--now"]);
  expect([now.code, (await waiting.ended).code, isAlive(node.child.pid!)]).toEqual([0, 0, false]);
});
