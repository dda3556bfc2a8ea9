import type { Steps } from "../../../base/scheduler.js";
import { mergeArgs, REPEAT } from "../../args/merge-args.js";
import { typeArgValue } from "../../args/type-args.js";
import { engine } from "../../state/engine.js";
import { logError, logStart, logSuccess } from "../../state/log.js";
import type { Execution } from "./index.js";
import { noteError } from "./simple.js";

/** `type: jobs`: runs another job file with the args of this one, and waits for it. */
export function* runJobsFile({ job, args: given, id }: Execution): Steps<any> {
  const file = typeArgValue(job.typeArgs.file) ?? typeArgValue(job.typeArgs.url);
  if (file === undefined) {
    logError(job.name, id, undefined, given, "No typeArgs.file or typeArgs.url provided.", job.typeArgs);
    return true;
  }
  const execId = logStart(job.name, id, given, job.typeArgs);
  given.execid = execId;
  const args = given[REPEAT] === undefined ? mergeArgs(given, job.args) : given;
  try {
    yield* engine.calls.runFile(String(file), args, String(file));
    logSuccess(job.name, id, execId, args, job.typeArgs);
  } catch (error) {
    noteError(job.name, id, execId, args, error, job.typeArgs);
  }
  return true;
}
