import { runSteps } from "../../base/scheduler.js";
import { globals } from "../../base/world.js";
import { mergeArgs } from "../args.js";
import { engine } from "../engine.js";
import { textOf } from "../errors.js";
import { execute } from "../execute.js";
import { logStart, logSuccess } from "../log.js";
import type { Execution } from "./index.js";
import { noteError } from "./simple.js";

/** `type: shutdown`: registers the job for the end of the run. */
export function registerShutdown({ job, args: given, id, deps }: Execution): true {
  engine.shutdowns.push(() => {
    const execId = logStart(job.name, id, given, job.typeArgs);
    given.execid = execId;
    const args = mergeArgs(given, job.args);
    try {
      runSteps(execute(job, args, id, deps));
      logSuccess(job.name, id, execId, args, job.typeArgs);
    } catch (error) {
      noteError(job.name, id, execId, args, error, job.typeArgs);
    }
  });
  return true;
}

/** Runs what is registered for the end, the last first, each once. What one throws is told and does not stop the others. */
export function runShutdowns(): void {
  for (let next = engine.shutdowns.pop(); next !== undefined; next = engine.shutdowns.pop()) {
    try {
      next();
    } catch (error) {
      globals.logErr(`shutdown: ${textOf(error)}`);
    }
  }
}
