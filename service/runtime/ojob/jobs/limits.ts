import { Interrupted, type Limit, noteStack, type Steps, underLimit } from "../../base/scheduler.js";
import { world } from "../../base/world.js";
import { callCode } from "../code/compile.js";
import type { Job } from "../model/shapes.js";

/** Code that does not wait is torn off this much later than its time, so that a wait can end in good order first. */
const GRACE_MS = 40;

/**
 * Runs `work` under `typeArgs.timeout` and `typeArgs.stopWhen` of a job. When the time is over it throws the text of
 * the timeout; when `stopWhen` says so, the work is left where it is, without an error.
 */
export function* withinLimits(job: Job, work: () => Steps<any>, args: any): Steps<any> {
  const { timeout, stopWhen } = job.typeArgs;
  const atMs = timeout === undefined ? undefined : world.host.clock.nowMs() + Number(timeout);
  const isOver = (): boolean => atMs !== undefined && world.host.clock.nowMs() >= atMs;
  const tooLong = `Job exceeded timeout of ${timeout}ms`;
  let stopped = false;
  const isStopped = (): boolean => {
    if (typeof stopWhen === "string" && !stopped)
      stopped = Boolean(callCode(job.name, "__done", [{ text: stopWhen }], " stopWhen", [false]));
    return stopped;
  };
  const limit: Limit = { atMs, reached: () => isOver() || isStopped() };
  const steps = work();
  for (;;) {
    let step: IteratorResult<any, any> | undefined;
    try {
      underLimit(limit, () => {
        step = busy(() => steps.next(), atMs);
      });
    } catch (error) {
      if (error instanceof Interrupted && error.limit === limit) {
        if (stopped) return args;
        throw tooLong;
      }
      if ((error as { code?: string })?.code === "ETIMEDOUT" && isOver()) throw tooLong;
      throw error;
    }
    if (step!.done) return step!.value;
    const waited = step!.value;
    const wakeMs = Math.min(atMs ?? Number.POSITIVE_INFINITY, waited.atMs ?? Number.POSITIVE_INFINITY);
    yield { atMs: Number.isFinite(wakeMs) ? wakeMs : undefined, ready: () => waited.ready() || limit.reached() };
    if (waited.ready() || !limit.reached()) continue;
    steps.return(undefined);
    if (stopped) return args;
    throw tooLong;
  }
}

/** Code between two waits, torn off when it is still busy after its time. */
function busy<T>(work: () => T, atMs: number | undefined): T {
  if (atMs === undefined) return work();
  const goBack = noteStack();
  let value: T;
  try {
    world.host.code.within(
      () => {
        value = work();
      },
      Math.max(1, atMs - world.host.clock.nowMs()) + GRACE_MS,
    );
  } catch (error) {
    if ((error as { code?: string })?.code === "ETIMEDOUT") goBack();
    throw error;
  }
  return value!;
}
