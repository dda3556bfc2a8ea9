import { callInSteps, inSteps, isInSteps } from "../../base/pausing.js";
import { waitUntil } from "../../base/scheduler.js";
import { Threads } from "./group.js";

/** The `Threads` plugin and the timers made of it. */

const intervals = new Map<string, Threads>();

/** Calls `work` every `ms` until `clearInterval` of the id it gives. */
export function setInterval(work: (...args: any[]) => unknown, ms: number, ...args: unknown[]): string {
  const threads = new Threads();
  const bound = isInSteps(work) ? inSteps(() => callInSteps(work, args)) : () => work(...args);
  const id = threads.addThread(bound);
  intervals.set(id, threads);
  threads.startAtFixedRate(ms);
  return id;
}

/** @throws TypeError when there is no such interval */
export function clearInterval(id: string): void {
  const threads = intervals.get(id);
  if (threads === undefined) throw new TypeError(`clearInterval: there is no interval "${id}"`);
  threads.stop();
  intervals.delete(id);
}

/** Waits `ms` and calls `work`: it does not return before. */
export function setTimeout(work: (...args: any[]) => unknown, ms: number, ...args: unknown[]): void {
  waitUntil(() => false, ms);
  work(...args);
}
