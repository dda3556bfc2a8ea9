import type { RunOutcome, RunRequest } from "../host.js";
import { globals, world } from "../world.js";

/** Runs one oJob in this environment. */
export function runOJob(request: RunRequest): RunOutcome {
  const parsed = JSON.parse(world.host.code.parse(request.text, request.file));
  const doc = parsed.docs[0];
  globals.__pm = { ...request.args };
  const errors: RunOutcome["errors"] = [];
  for (const name of doc.todo ?? []) {
    const job = doc.jobs.find((j: any) => j.name === name);
    try {
      const fn = world.host.code.run(`(function (args, job, id, deps, each) {${job.exec}\n})`, request.file) as Function;
      fn({ ...request.args }, job, "", {}, undefined);
    } catch (error) {
      errors.push({ name, error: [String(error)] });
    }
  }
  return { result: JSON.stringify(globals.__pm) ?? "null", errors };
}
