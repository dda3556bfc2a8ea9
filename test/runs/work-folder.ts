import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { childProgram } from "../child-program.js";
import { PATIENCE_MS } from "../patience.js";

/** A work folder of its own, removed with the test. */
export function workFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rojob-work-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A log, and its lines. */
export function noteLog() {
  const lines: { level: string; fields: any; message: string }[] = [];
  const note = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
  return { lines, log: { info: note("info"), warn: note("warn"), error: note("error") } as any };
}

/** Waits until something is so. */
export async function until(isSo: () => unknown, what = "what was waited for", limitMs = PATIENCE_MS): Promise<void> {
  for (const end = Date.now() + limitMs; !(await isSo()); ) {
    if (Date.now() > end) throw new Error(`${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Another process; ended with the test. */
export interface Other {
  child: ChildProcess;
  /** Sends it a line and gives its answer. */
  ask(line: string): Promise<any>;
  /** Ends it without a chance to clean up. */
  kill(): Promise<void>;
}

/**
 * Starts a module of this folder in a process of its own. It answers each line of its input with a line of JSON; its first
 * line says that it is there.
 */
export async function startOther(module: string, ...argv: string[]): Promise<Other> {
  const file = await childProgram(fileURLToPath(new URL(module, import.meta.url)));
  const child = spawn(process.execPath, [file, ...argv], { stdio: ["pipe", "pipe", "inherit"] });
  const answers: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const next = waiting.shift();
    if (next === undefined) answers.push(line);
    else next(line);
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const answer = (): Promise<string> => {
    const line = answers.shift();
    return line === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(line);
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(kill);
  await Promise.race([
    answer(),
    ended.then(() => {
      throw new Error(`${module} did not start`);
    }),
  ]);
  return {
    child,
    kill,
    async ask(line) {
      child.stdin.write(`${line}\n`);
      return JSON.parse(await answer());
    },
  };
}
