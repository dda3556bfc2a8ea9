import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { RunOutcome, RunRequest } from "../../../service/runtime/base/host.js";
import { prepareEnvironment } from "../../../service/workers/environment.js";
import { bundleRuntimeFromSource } from "../../../service/workers/runtime-script.js";

/** Outcome of one job. */
export interface Done {
  result: Record<string, any>;
  /** Its standard output. */
  output: string;
  /** The folder it ran in, there until the test ends. */
  cwd: string;
}

/**
 * Runs one job of the given code in a folder of its own.
 * @throws Error with the job's errors, if it has any
 */
export async function runInFolder(exec: string): Promise<Done> {
  await bundleRuntimeFromSource();
  const cwd = mkdtempSync(join(tmpdir(), "rojob-test-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const request: RunRequest = {
    uuid: "test",
    text: JSON.stringify({ jobs: [{ name: "Job", exec }], todo: ["Job"] }),
    file: "job.yaml",
    args: {},
    shareArgs: false,
  };
  let output = "";
  const environment = prepareEnvironment();
  try {
    const json = environment.run(JSON.stringify(request), {
      cwd,
      env: { PATH: process.env["PATH"] ?? "" },
      write(stream, text) {
        if (stream === 1) output += text;
      },
      exit(code) {
        throw new Error(`the job ended the process with ${code}`);
      },
    });
    const outcome = JSON.parse(json) as RunOutcome;
    if (outcome.errors.length > 0) throw new Error(JSON.stringify(outcome.errors));
    return { result: JSON.parse(outcome.result), output, cwd };
  } finally {
    environment.close();
  }
}
