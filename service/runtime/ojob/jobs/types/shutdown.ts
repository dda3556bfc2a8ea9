import { runSteps } from "../../../base/scheduler.js";
import { mergeArgs } from "../../args/merge-args.js";
import { engine } from "../../state/engine.js";
import { logStart, logSuccess } from "../../state/log.js";
import { execute } from "../execute.js";
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
