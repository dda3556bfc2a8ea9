import { workerData } from "node:worker_threads";

/** How many processes this thread keeps at a time; one, and those that are about to end. */
export const MOST_HELPERS = 8;

/** Tells the worker that a process of this thread is none that a run left: it waits for the next run. */
export function keepHelper(pid: number): void {
  replace(0, pid);
}

/** It has ended. */
export function forgetHelper(pid: number): void {
  replace(pid, 0);
}

function replace(from: number, to: number): void {
  const { bell } = workerData as { bell: Int32Array };
  const at = bell.indexOf(from, 1);
  if (at !== -1) Atomics.store(bell, at, to);
}
