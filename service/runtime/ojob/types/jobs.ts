import type { Steps } from "../../base/scheduler.js";
import { mergeArgs, REPEAT } from "../args.js";
import { logError, logStart, logSuccess } from "../log.js";
import { runFile } from "../run.js";
import { typeArgValue } from "../type-args.js";
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
    yield* runFile(String(file), args, { id: String(file), isSub: true });
    logSuccess(job.name, id, execId, args, job.typeArgs);
  } catch (error) {
    noteError(job.name, id, execId, args, error, job.typeArgs);
  }
  return true;
}
