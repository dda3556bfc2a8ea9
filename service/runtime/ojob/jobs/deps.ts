import { jobScope } from "../../base/job-scope.js";
import { textOf } from "../../base/values/thrown.js";
import { world } from "../../base/world.js";
import { resolveTokens } from "../args/tokens.js";
import { callCode } from "../code/compile.js";
import type { Dep, Job, JobLog, Todo } from "../model/shapes.js";
import { engine } from "../state/engine.js";
import { logDepsFail, logOf } from "../state/log.js";

/** Outcome of a look at the deps of a job. */
export type DepsVerdict =
  | { state: "met"; deps: Record<string, Dep> }
  /** A dep was not asked for in this run: the job is left out. */
  | { state: "skip" }
  /** `because` names the dep that is in the way; `failed` when it ran and failed; `mayChange` when code said so. */
  | { state: "unmet"; because: string; failed: boolean; mayChange: boolean };

/**
 * Looks at the deps of a job, in order, up to the first that is not met.
 * @param queue the entries that wait, when a dep may come from them only
 */
export function lookAtDeps(job: Job, args: any, id: string, queue: Todo[]): DepsVerdict {
  const deps: Record<string, Dep> = {};
  for (const dep of job.deps) {
    const name = typeof dep === "string" ? dep : dep.name;
    const log = logOf(name, id) ?? logOf(name, "");
    deps[name] = dep;
    if (log?.success) {
      if (typeof dep !== "string") dep.result = true;
      if (askCode(job, typeof dep === "string" ? undefined : dep.onSuccess, args, id, " onSuccess", true)) continue;
      return { state: "unmet", because: name, failed: false, mayChange: true };
    }
    if (log === undefined && engine.settings.depsWait !== true && !queue.some((todo) => todo.name === name))
      return { state: "skip" };
    logDepsFail(job.name, id);
    if (typeof dep !== "string") dep.result = false;
    const onFail = typeof dep === "string" || dep.onFail === undefined ? engine.settings.depsOnFail : dep.onFail;
    if (log?.error && askCode(job, onFail, args, id, " onFail", false)) continue;
    return { state: "unmet", because: name, failed: log?.error === true, mayChange: false };
  }
  return { state: "met", deps };
}

/** The verdict of a dependency's code; its errors are logged and count as `otherwise`. */
function askCode(job: Job, code: unknown, args: any, id: string, what: string, otherwise: boolean): boolean {
  if (typeof code !== "string") return otherwise;
  try {
    return Boolean(callCode(job.name, "args, job, id", [{ text: code }], what, [resolveTokens(args), job, id]));
  } catch (error) {
    jobScope.logWarn(`Issue while trying to process dependency ${JSON.stringify(job.deps)}: ${textOf(error)}`);
    return otherwise;
  }
}

/** Has the job waited for its deps for longer than `ojob.depsTimeout` allows? */
export function isDepsTimeOver(job: Job, id: string): boolean {
  const limit = engine.settings.depsTimeout;
  if (typeof limit !== "number") return false;
  const log: JobLog = logDepsFail(job.name, id);
  return world.host.clock.nowMs() - log.firstDepsCheck! > limit;
}
