import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { ownIdentity } from "../../service/base/process-identity.js";
import { PidFile, type PidFileOptions, pidFilePath } from "../../service/node/pid-file.js";
import { noteLog, startOther, until, workFolder } from "../runs/work-folder.js";

vi.setConfig({ testTimeout: 60_000 });

const OTHER = "../node/other-pid-file.ts";

function pidFileOf(folder: string): string {
  const file = pidFilePath({ WORK: folder, HOST: "here" }, 1);
  mkdirSync(dirname(file), { recursive: true });
  return file;
}

async function take(file: string, options: Partial<PidFileOptions> = {}) {
  const { lines, log } = noteLog();
  let removed = 0;
  const onRemoved = () => void removed++;
  const pidFile = await PidFile.take({ file, node: "here:1", onRemoved, log, renewMs: 50, silenceMs: 500, ...options });
  onTestFinished(() => pidFile.release());
  return { release: () => pidFile.release(), removed: () => removed, lines };
}

test("its place is where existing tooling looks, or where PID says", () => {
  expect(pidFilePath({ WORK: "/w", HOST: "127.0.0.1" }, 8787)).toBe("/w/.rojob/roJob_127.0.0.1_8787.pid");
  expect(pidFilePath({ WORK: "/w", HOST: "::1" }, 8787)).toBe("/w/.rojob/roJob_--1_8787.pid");
  expect(pidFilePath({ WORK: "/w", HOST: "h", PID: "/run/rojob" }, 8787)).toBe("/run/rojob.pid");
});

test("its first line is the pid; it goes with its node and nothing else is left", async () => {
  const file = pidFileOf(workFolder());
  const { release, removed } = await take(file);
  const [first, second] = readFileSync(file, "utf8").split("\n");
  expect(first).toBe(String(process.pid));
  expect(JSON.parse(second!)).toMatchObject({ node: "here:1", place: ownIdentity().place });
  await release();
  await release();
  expect(readdirSync(dirname(file))).toEqual([]);
  expect(removed()).toBe(0);
});

test("a second node of the same identity is refused, with the process of the first", async () => {
  const file = pidFileOf(workFolder());
  const other = await startOther(OTHER, file);
  await expect(take(file)).rejects.toThrow(
    `${file}: process ${other.child.pid} is already node here:1; stop it, or start with another PORT or WORK`,
  );
  expect(readFileSync(file, "utf8")).toMatch(new RegExp(`^${other.child.pid}\n`));
});

test("the file of a process that died is taken over at once, by one of those who want it", async () => {
  const file = pidFileOf(workFolder());
  const dead = await startOther(OTHER, file);
  await dead.kill();
  expect(existsSync(file)).toBe(true);
  const others = await Promise.all(Array.from({ length: 4 }, () => startOther(OTHER, file)));
  const answers = await Promise.all(others.map((other) => other.ask("")));
  expect(answers.filter((answer) => answer === "taken")).toHaveLength(1);
  const owner = others[answers.indexOf("taken")]!.child.pid;
  expect(answers.filter((answer) => answer.includes(`process ${owner} is already node`))).toHaveLength(3);
});

test("another process that has got the pid of a dead node does not keep it from starting", async () => {
  const file = pidFileOf(workFolder());
  writeFileSync(file, `${process.ppid}\n${JSON.stringify({ ...ownIdentity(), startedAt: 1, node: "here:1" })}\n`);
  const { lines } = await take(file);
  expect(lines).toMatchObject([{ message: "taking over the pid file of a dead node", fields: { pid: process.ppid } }]);
});

test("a file that holds nothing but the pid of a living process is respected, any other is not", async () => {
  const file = pidFileOf(workFolder());
  writeFileSync(file, `${process.ppid}`);
  await expect(take(file)).rejects.toThrow(`process ${process.ppid} is already node`);
  for (const text of ["", "no pid\n", "-1\n", `${2 ** 22 + 1}\n`]) {
    writeFileSync(file, text);
    await (await take(file)).release();
  }
});

test("a node on another machine is respected as long as it renews its file", async () => {
  const file = pidFileOf(workFolder());
  writeFileSync(file, `7\n${JSON.stringify({ node: "here:1", place: "elsewhere", startedAt: 0 })}\n`);
  const renewing = setInterval(() => utimesSync(file, new Date(), new Date()), 50);
  await expect(take(file)).rejects.toThrow("process 7 of another machine or container is already node here:1");
  clearInterval(renewing);
  await take(file);
  expect(readFileSync(file, "utf8")).toMatch(new RegExp(`^${process.pid}\n`));
});

test("removing the file stops the node", async () => {
  const file = pidFileOf(workFolder());
  const { removed, lines, release } = await take(file);
  rmSync(file);
  await until(() => removed() === 1);
  expect(lines).toMatchObject([{ message: "the pid file was removed" }]);
  await release();
  expect(removed()).toBe(1);
});

test("a node whose file has become another's stops, and leaves that file alone", async () => {
  const file = pidFileOf(workFolder());
  const { removed, release } = await take(file);
  writeFileSync(file, "1\n");
  await until(() => removed() === 1);
  await release();
  expect(readFileSync(file, "utf8")).toBe("1\n");
});
