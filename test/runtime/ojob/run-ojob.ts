import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { JobError, RunOutcome, RunRequest } from "../../../service/runtime/base/host.js";
import { prepareEnvironment } from "../../../service/workers/environment.js";
import { ioThread } from "../../../service/workers/io/io-client.js";
import { bundleRuntimeFromSource } from "../../../service/workers/runtime-script.js";

/** Outcome of a run. */
export interface Ran {
  pm: any;
  errors: JobError[];
  exception: RunOutcome["exception"];
  stdout: string;
  stderr: string;
  exitCode: number | undefined;
  refusedEnv: string[] | undefined;
}

/** The I/O thread is started ahead, as in a worker. */
export async function startAhead(): Promise<void> {
  await bundleRuntimeFromSource();
  ioThread();
}

/**
 * Runs an oJob in an environment and a folder of its own.
 * @param files further files of the folder, by name
 * @param env environment variables besides PATH and HOME, or in their place
 */
export async function runOJob(
  text: string,
  args: Record<string, unknown> = {},
  files: Record<string, string> = {},
  more: Partial<RunRequest> = {},
  env: Record<string, string> = {},
): Promise<Ran> {
  await startAhead();
  const cwd = realpathSync(mkdtempSync(path.join(tmpdir(), "rojob-ojob-")));
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(cwd, name), content);
  const request: RunRequest = { uuid: "test", text, file: "job.yaml", args, shareArgs: false, ...more };
  const environment = prepareEnvironment();
  const out = { 1: "", 2: "" };
  let json: string;
  let exitCode: number | undefined;
  let stdoutAtExit: string | undefined;
  try {
    json = environment.run(JSON.stringify(request), {
      cwd,
      env: { PATH: process.env.PATH ?? "", HOME: cwd, ...env },
      write(stream, text) {
        out[stream] += text;
      },
      exit(code) {
        exitCode = code;
        stdoutAtExit = out[1];
        throw new Error("the process would end here");
      },
    });
  } finally {
    environment.close();
    rmSync(cwd, { recursive: true, force: true });
  }
  const { result, errors, exception, refusedEnv } = JSON.parse(json) as RunOutcome;
  const stdout = stdoutAtExit ?? out[1];
  return { pm: JSON.parse(result), errors, exception, stdout, stderr: out[2], exitCode, refusedEnv };
}

/** The error texts of a run, by job. */
export function textsOf(ran: Ran): Record<string, string[]> {
  return Object.fromEntries(ran.errors.map(({ name, error }) => [name, error]));
}
