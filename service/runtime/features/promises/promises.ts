import { type Steps, waitUntil } from "../../base/scheduler.js";
import { isFunction, isNumber, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { Condition } from "../../lib/locks/condition.js";
import { oPromise } from "./promise.js";

/** `$do` and its relatives: work that goes on beside the caller, and what waits for it. */

export function $do(work?: unknown, onReject?: unknown): oPromise {
  return new oPromise(work, onReject);
}

/** A promise of the values of all, in the order in which they became known; it fails with the first that fails. */
export function $doAll(parts: unknown[]): oPromise {
  return new oPromise().addSteps(function* (resolve, reject): Steps<void> {
    const values: unknown[] = [];
    let open = [...parts].filter((part) => part !== null && !isUnDef(part));
    for (let isFirst = true; open.length > 0; isFirst = false) {
      const known = open.filter(isKnown);
      // Values that were known from the start count in the order of the list.
      if (!isFirst) known.sort((a, b) => (a as oPromise).completion - (b as oPromise).completion);
      open = open.filter((part) => !known.includes(part));
      for (const part of known) {
        if (!(part instanceof oPromise)) values.push(part);
        else if (part.state.get() === part.states.FAILED) return reject(part.reason);
        else values.push(part.value);
      }
      const left = open;
      if (left.length > 0) yield { ready: () => left.some(isKnown) };
    }
    resolve(values);
  });
}

/** A promise of the value of the first that becomes known. */
export function $doFirst(parts: unknown[]): oPromise {
  return new oPromise().addSteps(function* (resolve, reject): Steps<void> {
    const open = [...parts].filter((part) => part !== null && !isUnDef(part));
    if (open.length === 0) return resolve(undefined);
    if (!open.some(isKnown)) yield { ready: () => open.some(isKnown) };
    const known = open.filter(isKnown);
    const first = known.sort((a, b) => ((a as oPromise).completion ?? 0) - ((b as oPromise).completion ?? 0))[0];
    if (!(first instanceof oPromise)) resolve(first);
    else if (first.state.get() === first.states.FAILED) reject(first.reason);
    else resolve(first.value);
  });
}

function isKnown(part: unknown): boolean {
  return !(part instanceof oPromise) || (part.isSettled && part.isIdle);
}

/**
 * Waits until all steps of `promise` are done.
 * @param timeoutMs does not cut a running function short
 * @throws text when it is no promise
 */
export function $doWait(promise: unknown, _timeoutMs?: number): oPromise {
  if (isUnDef(promise)) throw "aPromise not defined or assigned";
  if (!(promise instanceof oPromise)) throw "aPromise is not ok";
  waitUntil(() => promise.isIdle, undefined, "a promise");
  return promise;
}

/** The same for code that waits in steps. */
export function* doWaitInSteps(promise: unknown): Steps<oPromise> {
  if (isUnDef(promise)) throw "aPromise not defined or assigned";
  if (!(promise instanceof oPromise)) throw "aPromise is not ok";
  while (!promise.isIdle) yield { what: "a promise", ready: () => promise.isIdle };
  return promise;
}

/**
 * Hands what `produce` gives to its argument over to `consume`, which works on at most `most` at once.
 * @param onError gets what `consume` throws, and the value
 */
export function $doA2B(
  produce: (take: (value: unknown) => void) => void,
  consume: (value: any) => void,
  most?: unknown,
  timeoutMs?: unknown,
  onError?: unknown,
): void {
  const limit = isNumber(most) ? Number(most) : JSON.parse(world.host.process.machine()).cores;
  const pauseMs = isNumber(timeoutMs) ? Number(timeoutMs) : 2_500;
  const done = new Condition("$doA2B");
  let busy = 0;
  produce((value) => {
    busy++;
    while (busy > limit) done.wait(pauseMs);
    new oPromise(() => {
      try {
        consume(value);
      } catch (error) {
        if (isFunction(onError)) onError(error, value);
      } finally {
        busy--;
        done.notify();
      }
    });
  });
  waitUntil(() => busy === 0, undefined, "the consumers of $doA2B");
}
