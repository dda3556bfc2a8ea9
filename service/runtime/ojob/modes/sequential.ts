import { jobScope } from "../../base/job-scope.js";
import { delay, type Steps } from "../../base/scheduler.js";
import { isMap } from "../../base/values/types.js";
import { clone, merge } from "../../lib/maps/merge.js";
import { store } from "../../lib/maps/store.js";
import { processArgs } from "../args/merge-args.js";
import { isAsideBusy } from "../jobs/aside.js";
import { failForDeps, NotNow, runJob } from "../jobs/run-job.js";
import { findJob } from "../load/registry.js";
import { removeTodo, running, waitingTodos } from "../load/todo.js";
import type { AnyMap, Job, Todo } from "../model/shapes.js";
import { engine } from "../state/engine.js";
import { boolean, flag } from "../state/flags.js";

/** Pause between two looks at deps that are not met, ms. */
const PAUSE_MS = 25;

/** The default mode: one entry of the todo list after the other; jobs may add entries meanwhile. */
export function* runSequential(args: AnyMap, id: string): Steps<void> {
  const shares = boolean(engine.settings.shareArgs, "shareArgs", flag("OJOB_SHAREARGS", true));
  engine.settings.shareArgs = shares;
  for (let waiting = waitingTodos(id); waiting.length > 0; waiting = waitingTodos(id)) {
    const [todo, ...rest] = waiting as [Todo, ...Todo[]];
    const job = findJob(todo.name);
    if (job === undefined) {
      jobScope.logErr(`Job ${todo.name} not found!`);
      removeTodo(todo);
      continue;
    }
    running.add(todo);
    let result: any;
    try {
      result = yield* runJob(withTypeArgs(job, todo), entryArgs(args, todo, id, shares), id, {
        wait: true,
        queue: rest,
      });
    } catch (error) {
      removeTodo(todo);
      throw error;
    } finally {
      running.delete(todo);
    }
    if (result instanceof NotNow) {
      if (isDeadEnd(result)) {
        failForDeps(job, id, result);
        removeTodo(todo);
      } else yield delay(PAUSE_MS);
      continue;
    }
    removeTodo(todo);
    // Otherwise args meant for one step would be merged into those of the next step with the same job.
    if (shares && isMap(result)) for (const name of todo.stepArgs ?? []) delete result[name];
    keepResult(result);
  }
}

/** Can the dependency never be met? Nothing else runs in this run that could meet it. */
function isDeadEnd(reason: NotNow): boolean {
  return !reason.mayChange && typeof engine.settings.depsTimeout !== "number" && !isAsideBusy();
}

/** The typeArgs of an entry stay with the job. */
export function withTypeArgs(job: Job, todo: Todo): Job {
  job.typeArgs = merge(job.typeArgs ?? {}, todo.typeArgs);
  return job;
}

function entryArgs(args: AnyMap, todo: Todo, id: string, shares: boolean): AnyMap {
  let given = args;
  if (shares) {
    const shared = { ...store.get("res") };
    delete shared.init;
    if (Object.keys(shared).length > 0) given = merge(clone(args), clone(shared));
  }
  return todo.args === undefined ? given : processArgs(given, todo.args, id);
}

/** Keeps the result of a job, when it is a map, for `$get("res")` and the entries that follow. */
export function keepResult(result: any): void {
  if (!isMap(result)) return;
  delete result.objId;
  delete result.execid;
  delete result.__id;
  store.set("res", result);
}
