import { Interrupted, type Limit, passInterrupt, spawn, underLimit, waitUntil } from "../../base/scheduler.js";
import { isFunction, isNumber, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";

/** Work within limits: `threadBox`, `$tb`, `$retry`, `$throwIfUnDef`. */

/**
 * Calls `work`, at most for `timeoutMs` and until `stopWhen(isDone)` is true. A wait it is in then is broken off.
 * @returns true when it came to its end, otherwise why it did not
 * @throws what `work` throws
 */
export function threadBox(
  work: (uuid: string) => unknown,
  timeoutMs?: number,
  stopWhen?: (isDone: boolean) => boolean,
): true | "stop" | "timeout" {
  const { clock, bytes } = world.host;
  const atMs = isNumber(timeoutMs) ? clock.nowMs() + Number(timeoutMs) : undefined;
  let isDone = false;
  let isStopped = false;
  const isLate = (): boolean => atMs !== undefined && clock.nowMs() >= atMs;
  const limit: Limit = { atMs, reached: () => isStopped || isLate() };
  const watcher = isFunction(stopWhen)
    ? spawn("threadBox", () => {
        while (!isDone && !isStopped && !isLate()) {
          isStopped = stopWhen(isDone) === true;
          waitUntil(() => isDone || isStopped, WATCH_MS);
        }
      })
    : undefined;
  try {
    underLimit(limit, () => work(bytes.uuid()));
    isDone = true;
  } catch (error) {
    if (!(error instanceof Interrupted) || error.limit !== limit) throw error;
  } finally {
    watcher?.drop();
  }
  if (isDone && !isLate()) return true;
  return isStopped ? "stop" : "timeout";
}

const WATCH_MS = 25;

/** `$tb(work).timeout(ms).stopWhen(fn).exec(work?)`. */
export function $tb(work?: unknown) {
  let box = work as (uuid: string) => unknown;
  let timeoutMs: number | undefined;
  let stopWhen: ((isDone: boolean) => boolean) | undefined;
  const chain = {
    timeout(ms: number) {
      timeoutMs = ms;
      return chain;
    },
    stopWhen(stop: (isDone: boolean) => boolean) {
      stopWhen = stop;
      return chain;
    },
    exec(other?: unknown): true | "stop" | "timeout" {
      if (isFunction(other)) box = other;
      return threadBox(box, timeoutMs, stopWhen);
    },
  };
  return chain;
}

/**
 * The value of `work`, called up to `tries` times or while `tries(error)` says so; after that the last error, as a value.
 * @throws text when `tries` is neither a number nor a function
 */
export function $retry(work: () => unknown, tries: unknown = 1): unknown {
  let left = Number(tries);
  const goOn = isFunction(tries) ? tries : () => --left > 0;
  if (!isFunction(tries) && !isNumber(tries)) throw "Can't determine how to retry.";
  for (;;) {
    try {
      return work();
    } catch (error) {
      passInterrupt(error);
      if (!goOn(error)) return error;
    }
  }
}

/** A function that gives what `work` gives, and throws the text `undefined` when that is nothing. */
export function $throwIfUnDef<T>(work: () => T): () => T {
  return () => {
    const value = work();
    if (isUnDef(value)) throw "undefined";
    return value;
  };
}
