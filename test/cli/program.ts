import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const build = process.env.ROJOB_BUILD;

/** Arguments of node that start `rojob`: compiled if the test run has compiled it, else from its sources. */
export const programArgv =
  build === undefined
    ? [
        "--import",
        createRequire(import.meta.url).resolve("tsx"),
        fileURLToPath(new URL("../../service/cli/main.ts", import.meta.url)),
      ]
    : [join(build, "service", "cli", "main.js")];

/** The run folder of the package. */
export const runFolder = fileURLToPath(new URL("../../run", import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Program {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Settles when a stream has said it, with all it said so far. */
  says(stream: "stdout" | "stderr", wanted: RegExp): Promise<string>;
}

export interface ProgramOptions {
  cwd: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
}

/** Starts `rojob` from its sources, with no environment variables but those given. */
export function startProgram(argv: string[], { cwd, env = {}, input = "" }: ProgramOptions): Program {
  const { PATH, HOME, ROJOB_BUNDLES } = process.env;
  const child = spawn(process.execPath, [...programArgv, ...argv], { cwd, env: { PATH, HOME, ROJOB_BUNDLES, ...env } });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (said.stdout += chunk));
  child.stderr.on("data", (chunk) => (said.stderr += chunk));
  child.stdin.on("error", () => undefined); // it may end without reading
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, ...said })));
  const says = (stream: "stdout" | "stderr", wanted: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => wanted.test(said[stream]) && resolve(said[stream]);
      child[stream]!.on("data", look);
      void ended.then((end) => reject(new Error(`ended without ${wanted}: ${JSON.stringify(end)}`)));
      look();
    });
  return { child, ended, says };
}

/** Runs `rojob` to its end. */
export function rojob(argv: string[], options: ProgramOptions): Promise<Ended> {
  return startProgram(argv, options).ended;
}

/** A new folder, and its removal. */
export function scratchFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "rojob-cli-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
