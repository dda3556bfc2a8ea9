import { jobScope } from "../../base/job-scope.js";
import { delay, type Steps } from "../../base/scheduler.js";
import { processArgs } from "../args/merge-args.js";
import { isAsideBusy } from "../jobs/aside.js";
import { failForDeps, NotNow, runJob } from "../jobs/run-job.js";
import { findJob } from "../load/registry.js";
import { removeTodo, running, waitingTodos } from "../load/todo.js";
import type { AnyMap, Todo } from "../model/shapes.js";
import { engine } from "../state/engine.js";
import { withTypeArgs } from "./sequential.js";

/** Pause between two rounds, ms. */
const PAUSE_MS = 50;
/** While jobs go on beside, their end is looked for more often. */
const BUSY_PAUSE_MS = 5;

/**
 * Rounds over the whole todo list until it is empty. Jobs whose deps are not met are passed over; with `ojob.async`
 * the others go on beside each other.
 */
export function* runPolled(args: AnyMap, id: string): Steps<void> {
  for (let round = waitingTodos(id); round.length > 0; round = waitingTodos(id)) {
    const stuck: { todo: Todo; reason: NotNow }[] = [];
    for (const todo of round) {
      const reason = yield* runEntry(todo, args, id);
      if (reason !== undefined) stuck.push({ todo, reason });
    }
    const hasMoved = stuck.length < round.length || waitingTodos(id).length !== round.length;
    if (hasMoved) continue;
    if (!isAsideBusy()) giveUp(stuck, id);
    yield delay(isAsideBusy() ? BUSY_PAUSE_MS : PAUSE_MS);
  }
}

function* runEntry(todo: Todo, args: AnyMap, id: string): Steps<NotNow | undefined> {
  const job = findJob(todo.name);
  if (job === undefined) {
    jobScope.logErr(`Job ${todo.name} not found!`);
    removeTodo(todo);
    return undefined;
  }
  running.add(todo);
  try {
    const given = todo.args === undefined ? args : processArgs(args, todo.args, id);
    const result = yield* runJob(withTypeArgs(job, todo), given, id, { wait: engine.settings.async !== true });
    if (result instanceof NotNow) return result;
  } catch (error) {
    // It was recorded as an error of its job; the others go on.
    jobScope.logErr(error);
  } finally {
    running.delete(todo);
  }
  removeTodo(todo);
  return undefined;
}

/** A round in which nothing moved and nothing runs that could change that: those whose dep failed or stands among them end here. */
function giveUp(stuck: { todo: Todo; reason: NotNow }[], id: string): void {
  if (typeof engine.settings.depsTimeout === "number") return;
  const fixed = stuck.filter(({ reason }) => !reason.mayChange);
  const failed = fixed.filter(({ reason }) => reason.failed);
  for (const { todo, reason } of failed.length > 0 ? failed : fixed) {
    const job = findJob(todo.name);
    if (job !== undefined) failForDeps(job, id, reason);
    removeTodo(todo);
  }
}
