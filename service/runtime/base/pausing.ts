import { delay, runSteps, type Steps } from "./scheduler.js";

/**
 * Functions of job code that wait in steps. The host rewrites such functions (`host.code.suspendable`): their waits are
 * `yield* __pausing.…`, and `__inSteps` makes of the generator a function that can be called like the one it stands for.
 * Callers that run them beside others (`$do`, threads, routes) ask for their steps instead.
 */

type Work = (...args: any[]) => any;
type Generating = (this: unknown, ...args: any[]) => Steps<any>;

const generators = new WeakMap<Work, { generate: Generating; self: unknown; isBound: boolean }>();

/** @param self `this` of an arrow function */
export function inSteps(generate: Generating, ...self: unknown[]): Work {
  const isBound = self.length > 0;
  const work = function (this: unknown, ...args: any[]): any {
    return runSteps(generate.apply(isBound ? self[0] : this, args));
  };
  generators.set(work, { generate, self: self[0], isBound });
  return work;
}

/** Calls `work` and returns its result; waits in steps if `work` does. */
export function* callInSteps(work: Work, args: any[], self?: unknown): Steps<any> {
  const known = generators.get(work);
  if (known === undefined) return work.apply(self, args);
  return yield* known.generate.apply(known.isBound ? known.self : self, args);
}

/** Does `work` wait in steps? */
export const isInSteps = (work: unknown): boolean => typeof work === "function" && generators.has(work as Work);

/** A function that can wait in steps has the form that does so under this name. */
export const IN_STEPS = Symbol("in steps");

/** The waits of rewritten code. */
export const pausing = {
  *sleep(ms: unknown): Steps<void> {
    yield delay(Math.max(0, Number(ms) || 0));
  },
  *wait(what: any, ...args: any[]): Steps<any> {
    return what?.[IN_STEPS] === undefined ? what.wait(...args) : yield* what[IN_STEPS](...args);
  },
  *lock(what: any, ...args: any[]): Steps<any> {
    return what?.[IN_STEPS] === undefined ? what.lock(...args) : yield* what[IN_STEPS](...args);
  },
};
