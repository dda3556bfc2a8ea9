import type { Steps } from "../../../base/scheduler.js";
import { textOf } from "../../../base/values/thrown.js";
import { mergeArgs } from "../../args/merge-args.js";
import { codePlace } from "../../code/compile.js";
import { placeOf } from "../../code/errors.js";
import type { AnyMap } from "../../model/shapes.js";
import { engine } from "../../state/engine.js";
import { logError, logStart, logSuccess } from "../../state/log.js";
import { startAside } from "../aside.js";
import { execute } from "../execute.js";
import type { Execution } from "./index.js";

/** `type: simple`: runs the code over the args. */
export function* runSimple({ job, args: given, id, deps, wait }: Execution): Steps<any> {
  const execId = logStart(job.name, id, given, job.typeArgs);
  given.execid = execId;
  const args = mergeArgs(given, job.args);
  if (wait || job.typeArgs.async === false) return yield* recorded(args);
  startAside(`job ${job.name}`, recorded(args));
  return true;

  function* recorded(args: any): Steps<any> {
    let result: any;
    try {
      result = yield* execute(job, args, id, deps);
    } catch (error) {
      noteError(job.name, id, execId, args, error, job.typeArgs);
      // An error that a catch did not handle ends the run; one without a catch is only recorded.
      if (job.catch !== undefined || engine.settings.catch !== undefined) throw error;
      return true;
    }
    logSuccess(job.name, id, execId, args, job.typeArgs);
    return result;
  }
}

/** Records an error of a job, and where it was thrown. */
export function noteError(name: string, id: string, execId: string, args: any, error: unknown, typeArgs: AnyMap): void {
  const place = placeOf(error) ?? codePlace(name);
  if (place !== undefined) engine.places.set(name, place);
  logError(name, id, execId, args, textOf(error), typeArgs);
}
