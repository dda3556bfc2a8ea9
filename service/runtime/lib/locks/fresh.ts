import { currentTask, Postponed, type Task, type Waitable } from "../../base/scheduler.js";

/**
 * Tasks whose first act is to wait for another one.
 *
 * A task runs on top of the one whose wait let it start, and keeps that one from going on while it waits itself. A task
 * whose source begins with `$lock(…).lock()` or `$await(…).wait(…)` has changed nothing by then: it makes room, and begins
 * anew when it can go on.
 */
const STARTS_WITH_WAIT =
  /^\s*(?:function\s*\w*\s*\([^)]*\)\s*\{|(?:\([^)]*\)|\w+)\s*=>\s*\{?)\s*\$(?:lock|await)\([^()]*\)\s*\.\s*(?:lock|wait)\(/;

interface Fresh {
  /** Place among all events of {@link happened} at which it was made. */
  bornAt: number;
  hasMadeRoom: boolean;
}

const fresh = new WeakMap<Task, Fresh>();
let events = 0;

/** The number of an event that tasks may wait for: greater than those of all tasks made before. */
export function happened(): number {
  return ++events;
}

/** To be called with the task made for the function `work`. */
export function markFresh(task: Task, work: unknown): void {
  if (typeof work === "function" && STARTS_WITH_WAIT.test(Function.prototype.toString.call(work)))
    fresh.set(task, { bornAt: ++events, hasMadeRoom: false });
}

/** The event number at which the running task was made, while it has done nothing yet. */
export function freshSince(): number | undefined {
  const task = currentTask();
  return task === undefined ? undefined : fresh.get(task)?.bornAt;
}

/**
 * Makes room when the running task has done nothing yet.
 * @returns true when it did so before and was begun anew: what it waits for has come
 */
export function makeRoom(until: Waitable): boolean {
  const task = currentTask();
  const state = task === undefined ? undefined : fresh.get(task);
  if (state === undefined) return false;
  if (state.hasMadeRoom) {
    fresh.delete(task!);
    return true;
  }
  state.hasMadeRoom = true;
  throw new Postponed(until);
}
