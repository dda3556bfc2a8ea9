import { jobScope } from "../../base/job-scope.js";
import type { Steps } from "../../base/scheduler.js";
import { processArgs } from "../args/merge-args.js";
import { waitingTodos } from "../load/todo.js";
import type { Job, Todo } from "../model/shapes.js";
import { engine } from "../state/engine.js";
import { logDepsFail, logError, logOf } from "../state/log.js";
import { stateAllows } from "../state/states.js";
import { isDepsTimeOver, lookAtDeps } from "./deps.js";
import { typeOf } from "./types/index.js";

/** A job whose dependencies are not met: it has to be tried again. */
export class NotNow {
  constructor(
    /** Name of the dep in the way. */
    readonly because: string,
    /** It ran and failed. */
    readonly failed: boolean,
    /** Code decided, and may decide otherwise next time. */
    readonly mayChange: boolean,
  ) {}
}

/** Settings of an execution. */
export interface RunOptions {
  /** Wait for its end; otherwise it goes on beside. */
  wait: boolean;
  /** Entries that still wait, for deps that may come from them. */
  queue?: Todo[];
}

/**
 * Runs a registered job once.
 * @param id suffix of the run id it is logged under
 * @returns its result, or `true` where there is none; a {@link NotNow} when its deps are not met
 */
export function* runJob(job: Job, provided: any, id: string, options: RunOptions): Steps<any> {
  let deps: Record<string, unknown> = {};
  if (job.deps.length > 0) {
    const verdict = lookAtDeps(job, provided, id, options.queue ?? waitingTodos(id));
    if (verdict.state === "skip") return true;
    if (verdict.state === "unmet") {
      if (!isDepsTimeOver(job, id)) return new NotNow(verdict.because, verdict.failed, verdict.mayChange);
      jobScope.logErr(`${job.name} | Timeout waiting for dependencies.`);
      return true;
    }
    deps = verdict.deps;
  }
  if (!stateAllows(job.typeArgs)) return true;
  const args = provided === undefined ? {} : processArgs(provided, undefined, id, true);
  args.objId = engine.id + id;
  job.typeArgs ??= {};
  const type = typeOf(job.type);
  if (type === undefined) return true;
  const made = type({ job, args, id, deps, wait: options.wait });
  return made === true ? true : yield* made;
}

/** Records that a job can not run, as an error of its own: the dep that stands in its way will not come any more. */
export function failForDeps(job: Job, id: string, reason: NotNow): void {
  const because = logOf(reason.because, id) ?? logOf(reason.because, "");
  const cause = because?.log.findLast((one) => one.error !== undefined)?.error;
  const text = reason.failed
    ? `Job '${job.name}' can not run: it depends on '${reason.because}', which failed${cause === undefined ? "" : `: ${cause}`}`
    : `Job '${job.name}' can not run: it waits for '${reason.because}', which nothing in this run will bring about before it`;
  logDepsFail(job.name, id);
  logError(job.name, id, undefined, {}, text, job.typeArgs);
}
