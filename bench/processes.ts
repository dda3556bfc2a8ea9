import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { LoopFigures } from "./doors.js";
import type { LoadPlan, LoadResult } from "./load.js";

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
/** Absolute: servers under test run in folders of their own. */
const tsx = ["--import", import.meta.resolve("tsx")];

/** A server under test: `READY … http://host:port` on its output means that it answers. */
export interface Server {
  url: string;
  pid: number;
  readyMs: number;
  stop(): Promise<void>;
}

/** Starts a program and waits for its READY line. */
export async function startServer(args: string[], cwd: string): Promise<Server> {
  const from = performance.now();
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const url = await readyUrl(child);
  return { url, pid: child.pid!, readyMs: performance.now() - from, stop: () => stop(child) };
}

/** A node of the compiled program with its own work folder. */
export function startNode(options: string[], cwd: string): Promise<Server> {
  const command = path.join(root, "build", "service", "cli", "main.js");
  return startServer([command, "start", "PORT=0", `RUN=${path.join(root, "run")}`, ...options], cwd);
}

/** The same, which reports how long its event loop was blocked since the last request (see loop-watch.mjs). */
export async function startWatchedNode(
  options: string[],
  cwd: string,
): Promise<Server & { loop(): Promise<LoopFigures> }> {
  const command = path.join(root, "build", "service", "cli", "main.js");
  const watch = pathToFileURL(path.join(root, "bench", "loop-watch.mjs")).href;
  const args = ["--import", watch, command, "start", "PORT=0", `RUN=${path.join(root, "run")}`, ...options];
  const from = performance.now();
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const url = await readyUrl(child);
  const loop = (): Promise<LoopFigures> =>
    new Promise((resolve) => {
      child.once("message", (figures) => resolve(figures as LoopFigures));
      child.send("loop");
    });
  return { url, pid: child.pid!, readyMs: performance.now() - from, stop: () => stop(child), loop };
}

/** One of the programs to compare with, beside this file. */
export function startFloor(name: string, cwd: string): Promise<Server> {
  return startServer([...tsx, path.join(root, "bench", name)], cwd);
}

export function runLoad(plan: LoadPlan): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...tsx, path.join(root, "bench", "load.ts"), JSON.stringify(plan)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.on("close", (code) =>
      code === 0 ? resolve(JSON.parse(text) as LoadResult) : reject(new Error(`the load generator ended with ${code}`)),
    );
  });
}

/** A script beside this file that answers each line of JSON with one. */
export class Helper {
  private readonly child: ChildProcess;
  private readonly waiting: { resolve(answer: unknown): void; reject(error: Error): void }[] = [];

  constructor(name: string) {
    this.child = spawn(process.execPath, [...tsx, path.join(root, "bench", name)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    createInterface({ input: this.child.stdout! }).on("line", (line) =>
      this.waiting.shift()?.resolve(JSON.parse(line)),
    );
    this.child.on("close", (code) => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error(`${name} ended with ${code}`));
    });
  }

  ask<T>(question: object): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve: (answer) => resolve(answer as T), reject });
      this.child.stdin!.write(`${JSON.stringify(question)}\n`);
    });
  }

  close(): void {
    this.child.stdin!.end();
  }
}

/** Time of a whole command, ms. */
export function timeCommand(args: string[], cwd: string): Promise<number> {
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
    child.on("close", (code) =>
      code === 0 ? resolve(performance.now() - from) : reject(new Error(`${args.join(" ")} ended with ${code}`)),
    );
  });
}

/** Memory of a process and all its children, MB: resident (pages shared with others counted in full) and proportional. */
export function memoryOf(pid: number): { processes: number; residentMb: number; proportionalMb: number } {
  const pids = [pid, ...descendants(pid)];
  let resident = 0;
  let proportional = 0;
  for (const one of pids) {
    const rollup = readFileSync(`/proc/${one}/smaps_rollup`, "utf8");
    resident += Number(/^Rss:\s+(\d+)/m.exec(rollup)?.[1]);
    proportional += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1]);
  }
  return { processes: pids.length, residentMb: resident / 1024, proportionalMb: proportional / 1024 };
}

function descendants(pid: number): number[] {
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return undefined; // ended between the listing and the look
  }
}

/** Afterwards its output is read and dropped: a node writes a line for each line of output of its runs. */
function readyUrl(child: ChildProcess): Promise<string> {
  const outputs = [child.stdout!, child.stderr!];
  return new Promise((resolve, reject) => {
    let text = "";
    const look = (chunk: Buffer): void => {
      text += chunk.toString();
      const url = /READY.*?(http:\/\/[^\s"]+)/.exec(text)?.[1];
      if (url === undefined) return;
      for (const output of outputs) output.off("data", look).resume();
      resolve(url.replace(/[.,/]$/, ""));
    };
    for (const output of outputs) output.on("data", look);
    child.on("close", (code) => reject(new Error(`ended with ${code} before it was ready:\n${text}`)));
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.on("close", () => resolve());
    child.kill("SIGTERM");
  });
}
