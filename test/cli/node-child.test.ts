import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { readSupervisor } from "../../service/supervisor/index.js";
import { NodeChild } from "../../service/supervisor/node-child.js";
import { SupervisorFile, type SupervisorState } from "../../service/supervisor/supervisor-file.js";
import { eventually } from "../cluster/nodes.js";

/** Supervised nodes that end, or fail to end, at unexpected moments. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rojob-child-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const READY = "console.log('READY http://localhost:1')";
const STAYS = "setInterval(() => undefined, 1000)";

interface Scene {
  child: NodeChild;
  lines: string[];
  /** One for each process that was started. */
  starts(): string[];
}

/** @param script of a stand-in for the node: the number of its start is in `start` */
function scene(script: string, stopLimitMs?: number): Scene {
  const file = join(folder, "starts");
  writeFileSync(file, "");
  const lines: string[] = [];
  const starts = (): string[] => readFileSync(file, "utf8").split("\n").filter(Boolean);
  const program = `
    const fs = require("node:fs");
    fs.appendFileSync(${JSON.stringify(file)}, process.pid + "\\n");
    const start = fs.readFileSync(${JSON.stringify(file)}, "utf8").split("\\n").length - 1;
    ${script}`;
  const child = new NodeChild({
    port: 1,
    command: () => [process.execPath, ["-e", program]],
    stopLimitMs: () => stopLimitMs,
    onChange: () => undefined,
    log: (line) => void lines.push(line),
  });
  onTestFinished(() => child.stop());
  return { child, lines, starts };
}

const untilState = ({ child }: Scene, wanted: string): Promise<number> =>
  eventually(async () => (child.node.state === wanted ? undefined : `it is ${child.node.state}`));

test("a node that is told to stop while it is started anew is not started again", async () => {
  let isStopping = false;
  const it = scene(STAYS);
  const restarted = it.child.restart(() => !isStopping);
  await eventually(async () => (it.starts().length === 1 ? undefined : "it was not started"));
  isStopping = true;
  await it.child.stop();
  await restarted;
  await delay(1200); // longer than the pause before a node is started again
  expect([it.child.node.state, it.child.node.restarts, it.starts().length]).toEqual(["stopped", 0, 1]);
  expect(it.lines).toEqual(["1: was ended by SIGTERM"]);
});

test("a node that waits to be started again is started once, when all are restarted", async () => {
  const it = scene(
    `if (start === 1) { ${READY}; setTimeout(() => process.exit(7), 50); } else { ${READY}; ${STAYS}; }`,
  );
  await it.child.start();
  await untilState(it, "waiting");
  await it.child.restart(() => true);
  await delay(1200);
  expect([it.child.node.state, it.starts().length]).toEqual(["ready", 2]);
});

test("a node that has been started again before, and does not come up at a restart, is tried by one process at a time", async () => {
  // Ends by itself, comes up, does not come up at the restart, nor the next time, then it does.
  const it = scene(`
    if (start === 1) { ${READY}; setTimeout(() => process.exit(7), 50); }
    else if (start === 3 || start === 4) { console.error("no"); process.exit(1); }
    else { ${READY}; ${STAYS}; }`);
  await it.child.start();
  await untilState(it, "waiting");
  await untilState(it, "ready");
  await expect(it.child.restart(() => true)).rejects.toThrow("no");
  expect([it.child.node.state, it.child.node.restarts]).toEqual(["waiting", 2]);
  await untilState(it, "ready");
  await delay(1200);
  expect([it.child.node.state, it.child.node.restarts, it.starts().length]).toEqual(["ready", 3, 5]);
  const again = it.lines.filter((line) => line.includes("restarting in"));
  expect(again).toHaveLength(3);
});

test("a node that dies while it is being stopped is started anew by the restart, once", async () => {
  const it = scene(`process.on("SIGTERM", () => process.kill(process.pid, "SIGKILL")); ${READY}; ${STAYS}`);
  await it.child.start();
  await it.child.restart(() => true);
  expect([it.child.node.state, it.child.node.restarts, it.starts().length]).toEqual(["ready", 0, 2]);
  expect(it.lines).toContain("1: was ended by SIGKILL");
});

test("a node that is starting when all are restarted makes way for its next process", async () => {
  const it = scene(
    `if (start === 1) { ${READY}; setTimeout(() => process.exit(7), 50); } else if (start === 2) { ${STAYS}; } else { ${READY}; ${STAYS}; }`,
  );
  await it.child.start();
  await eventually(async () => (it.starts().length === 2 ? undefined : "it was not started again"));
  await it.child.restart(() => true);
  await delay(1200);
  expect([it.child.node.state, it.starts().length]).toEqual(["ready", 3]);
});

test("a node that does not end when it is told to is killed after its time", async () => {
  const it = scene(`process.on("SIGTERM", () => undefined); ${READY}; ${STAYS}`, 200);
  await it.child.start();
  await it.child.stop();
  expect([it.child.node.state, it.lines]).toEqual([
    "stopped",
    ["1: not ended within 200 ms, killing it", "1: was ended by SIGKILL"],
  ]);
});

test("a process that a node leaves behind with its output does not hold up its restart", async () => {
  const it = scene(`
    const { spawn } = require("node:child_process");
    if (start === 1) {
      const left = spawn(process.execPath, ["-e", "${STAYS}"], { detached: true, stdio: ["ignore", "inherit", "inherit"] });
      left.unref();
      fs.writeFileSync(${JSON.stringify(join(folder, "left"))}, String(left.pid));
    }
    ${READY}; ${STAYS}`);
  await it.child.start();
  const left = Number(readFileSync(join(folder, "left"), "utf8"));
  onTestFinished(() => void process.kill(left, "SIGKILL"));
  await it.child.restart(() => true);
  expect([it.child.node.state, it.starts().length]).toEqual(["ready", 2]);
});

const state: SupervisorState = {
  pid: process.pid,
  startedAt: 0,
  log: "",
  restartsDone: 0,
  isRestarting: false,
  nodes: [],
};

test("the file of a supervisor is whole as soon as it is there, and another one does not take it", () => {
  const file = SupervisorFile.take(folder, state);
  expect(readSupervisor(folder)).toEqual(state);
  expect(() => SupervisorFile.take(folder, state)).toThrow("already supervises the nodes of this work folder");
  file.write({ ...state, restartsDone: 1 });
  expect(readSupervisor(folder)).toMatchObject({ restartsDone: 1 });
  file.remove();
  expect(readSupervisor(folder)).toBeUndefined();
});

test.each([
  ["torn", () => ""],
  ["of a dead one", () => `9\n${JSON.stringify({ ...state, identity: ownOf(deadPid) })}\n`],
])("a file that is %s is taken over", (_, text) => {
  mkdirSync(join(folder, ".rojob"), { recursive: true });
  writeFileSync(join(folder, ".rojob", `supervisor_${hostname()}.pid`), text());
  SupervisorFile.take(folder, state).remove();
});

/** Of a process that has ended. */
const deadPid = await new Promise<number>((resolve) => {
  const child = spawn(process.execPath, ["-e", ""]);
  child.on("exit", () => resolve(child.pid!));
});

function ownOf(pid: number): object {
  const taken = SupervisorFile.take(folder, state);
  const file = join(folder, ".rojob", `supervisor_${hostname()}.pid`);
  const [, json = ""] = readFileSync(file, "utf8").split("\n");
  taken.remove();
  return { ...JSON.parse(json).identity, pid };
}
