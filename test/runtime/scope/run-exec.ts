import { tmpdir } from "node:os";
import type { RunOutcome, RunRequest } from "../../../service/runtime/base/host.js";
import { prepareEnvironment } from "../../../service/workers/environment.js";
import { bundleRuntimeFromSource } from "../../../service/workers/runtime-script.js";

/**
 * Runs one job of the given code in an environment of its own and gives the result map.
 * @throws Error with the job's errors, if it has any
 */
export async function runExec(exec: string): Promise<Record<string, any>> {
  await bundleRuntimeFromSource();
  const request: RunRequest = {
    uuid: "test",
    text: JSON.stringify({ jobs: [{ name: "Job", exec }], todo: ["Job"] }),
    file: "job.yaml",
    args: {},
    shareArgs: false,
  };
  const environment = prepareEnvironment();
  try {
    const json = environment.run(JSON.stringify(request), {
      cwd: tmpdir(),
      env: {},
      write() {},
      exit(code) {
        throw new Error(`the job ended the process with ${code}`);
      },
    });
    const outcome = JSON.parse(json) as RunOutcome;
    if (outcome.errors.length > 0) throw new Error(JSON.stringify(outcome.errors));
    return JSON.parse(outcome.result);
  } finally {
    environment.close();
  }
}
