import { IN_STEPS } from "../../base/pausing.js";
import { isFunction, isNumber, isUnDef } from "../../base/values/types.js";
import { Condition } from "./condition.js";
import { TaskLock } from "./lock.js";

/** Locks and conditions by name (`$lock`, `$await`), locks by value (`sync`, `syncFn`) and of their own (`$sync`). */

const locks = new Map<string, TaskLock>();
const conditions = new Map<string, Condition>();
const monitors = new WeakMap<object, TaskLock>();
const namedMonitors = new Map<unknown, TaskLock>();

function lockOf(name: unknown): TaskLock {
  const key = String(name);
  let lock = locks.get(key);
  if (lock === undefined) locks.set(key, (lock = new TaskLock(key)));
  return lock;
}

/** The lock called `name`. */
export function $lock(name: unknown) {
  lockOf(name);
  return {
    getObject: () => lockOf(name),
    lock: () => void lockOf(name).lock(),
    [IN_STEPS]: () => lockOf(name).lockInSteps(),
    unlock: () => lockOf(name).unlock(),
    isLocked: () => lockOf(name).isLocked,
    destroy: () => void locks.delete(String(name)),
    /** Calls `use` with the lock held; false when it could not be had (within `timeoutMs`, at once without). */
    tryLock(use: unknown, timeoutMs: unknown = 0): boolean {
      if (isUnDef(use)) throw "function not defined or assigned";
      if (!isFunction(use)) throw "function is not a function";
      if (!isNumber(timeoutMs)) throw "timeout is not a number";
      const lock = lockOf(name);
      if (!lock.lock(Number(timeoutMs))) return false;
      try {
        use();
      } finally {
        lock.unlock();
      }
      return true;
    },
  };
}

/** The condition called `name`. */
export function $await(name: unknown) {
  const key = String(name);
  const condition = (): Condition => {
    let known = conditions.get(key);
    if (known === undefined) conditions.set(key, (known = new Condition(key)));
    return known;
  };
  condition();
  return {
    /** `timeoutMs` 0 or absent: until notified. */
    wait: (timeoutMs?: number) => condition().wait(timeoutMs || undefined),
    [IN_STEPS]: (timeoutMs?: number) => condition().waitInSteps(timeoutMs || undefined),
    notify: () => condition().notify(),
    notifyAll: () => condition().notifyAll(),
    destroy() {
      condition().notifyAll();
      conditions.delete(key);
    },
  };
}

function monitorOf(value: unknown): TaskLock {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  const known = isObject ? monitors.get(value) : namedMonitors.get(value);
  if (known !== undefined) return known;
  const made = new TaskLock(isObject ? "of an object" : String(value));
  if (isObject) monitors.set(value, made);
  else namedMonitors.set(value, made);
  return made;
}

/** Calls `use` while no other task is in a `syncFn` or `sync` of the same value. */
export function syncFn<T>(use: () => T, value?: unknown): T {
  return isUnDef(value) ? use() : monitorOf(value).holding(use);
}

export function $sync() {
  const lock = new TaskLock("of $sync");
  return { run: (use: () => unknown) => void lock.holding(use) };
}

export const runSynchronized = (use: () => unknown, value?: unknown) => void syncFn(use, value);

export const synchronized = (use: () => unknown, value?: unknown) => () => syncFn(use, value);
