import { workerData } from "node:worker_threads";

/** Most processes this thread keeps at a time: one, and those that are about to end. */
export const MAX_HELPERS = 8;

/** Reports a process of this thread that waits for the next run, so that it does not count as a leftover. */
export function keepHelper(pid: number): void {
  replace(0, pid);
}

/** Reports the end of such a process. */
export function forgetHelper(pid: number): void {
  replace(pid, 0);
}

function replace(from: number, to: number): void {
  const { eventCounter } = workerData as { eventCounter: Int32Array };
  const at = eventCounter.indexOf(from, 1);
  if (at !== -1) Atomics.store(eventCounter, at, to);
}
