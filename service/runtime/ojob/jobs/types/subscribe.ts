import { jobScope } from "../../../base/job-scope.js";
import { runSteps } from "../../../base/scheduler.js";
import { mergeArgs } from "../../args/merge-args.js";
import { typeArgValue } from "../../args/type-args.js";
import { logStart, logSuccess } from "../../state/log.js";
import { execute } from "../execute.js";
import type { Execution } from "./index.js";
import { noteError } from "./simple.js";

/** `type: subscribe`: runs the code for every operation on a channel, with `ch`, `op`, `k` and `v` as args. */
export function subscribeJob({ job, args: given, id, deps }: Execution): true {
  if (job.typeArgs.chSubscribe === undefined) return true;
  jobScope.$ch(typeArgValue(job.typeArgs.chSubscribe)).subscribe((ch: string, op: string, k: any, v: any) => {
    const execId = logStart(job.name, id, given, job.typeArgs);
    const args = mergeArgs({ ...given, execid: execId }, { ch, op, k, v });
    try {
      runSteps(execute(job, args, id, deps));
      logSuccess(job.name, id, execId, args, job.typeArgs);
    } catch (error) {
      noteError(job.name, id, execId, args, error, job.typeArgs);
    }
    return true;
  });
  return true;
}
