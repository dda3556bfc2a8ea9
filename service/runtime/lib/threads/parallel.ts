import { passInterrupt, spawn, type Task, waitUntil } from "../../base/scheduler.js";
import { isArray, isFunction, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";

/** `pForEach`, `parallel`, `parallelArray`, `parallel4Array`: a function over many values, several of them at a time. */

/** Elements of one call that may be on their way together (they share one thread; only their waits overlap). */
const MOST_AT_ONCE = 32;

export function cores(): number {
  return JSON.parse(world.host.process.machine()).cores;
}

/**
 * The results of `use(value, index)` in order; an element that fails gives undefined and goes to `onError`.
 * @param isSequential true: one after the other
 */
export function pForEach(values: unknown, use: unknown, onError?: unknown, isSequential?: boolean): unknown[] {
  if (isUnDef(values)) throw "anArray not defined or assigned";
  if (!isArray(values)) throw "anArray is not an array";
  if (isUnDef(use)) throw "aFn not defined or assigned";
  if (!isFunction(use)) throw "aFn is not a function";
  if (!isUnDef(onError) && !isFunction(onError)) throw "aErrFn is not a function";
  const report = isFunction(onError) ? onError : (error: unknown) => world.host.output.write(2, `${error}\n`);
  if (values.length === 0) return [];
  if (values.length === 1) {
    try {
      return [use(values[0], 0)];
    } catch (error) {
      passInterrupt(error);
      report(error);
      return [];
    }
  }
  const results: unknown[] = new Array(values.length).fill(undefined);
  let next = 0;
  const work = (): void => {
    while (next < values.length) {
      const index = next++;
      try {
        results[index] = use(values[index], index);
      } catch (error) {
        passInterrupt(error);
        report(error);
      }
    }
  };
  together(isSequential ? 1 : Math.min(values.length, MOST_AT_ONCE), work, "pForEach");
  return results;
}

/** Starts `count` tasks of `work` and waits for all; the first runs where it is called. */
function together(count: number, work: (index: number) => void, name: string): void {
  const others: Task[] = [];
  for (let index = 1; index < count; index++) others.push(spawn(name, () => work(index)));
  work(0);
  waitUntil(() => others.every((task) => task.isOver), undefined, name);
}

/** The results of `count` calls of `use(uuid)`, as they come, or what `aggregate` makes of them. */
export function parallel(
  use: (uuid: string) => unknown,
  count?: number,
  aggregate?: (results: any[]) => unknown,
): unknown {
  const results: unknown[] = [];
  together(
    count ?? cores() + 1,
    () => {
      try {
        results.push(use(world.host.bytes.uuid()));
      } catch (error) {
        // A call that fails gives no result; that is all OpenAF makes of it.
        passInterrupt(error);
      }
    },
    "parallel",
  );
  return isUnDef(aggregate) ? results : aggregate(results);
}

/** Reduces each part of `values` with `reducer`, and the results of the parts with `aggregate`. */
export function parallelArray(
  values: any,
  reducer: (sofar: any, value: any, index: number, part: any[]) => any,
  init?: any,
  aggregate?: (results: any[]) => unknown,
  count?: number,
): unknown {
  if (isUnDef(values) || isUnDef(reducer)) throw "Need an array and a function.";
  const list = isArray(values) ? values : Object.keys(values);
  const parts = partsOf(list, count ?? cores() + 1);
  const results: unknown[] = [];
  if (parts.length > 0)
    together(
      parts.length,
      (index) => {
        try {
          results.push(parts[index]!.reduce(reducer, init));
        } catch (error) {
          passInterrupt(error); // a part that fails gives no result either
        }
      },
      "parallelArray",
    );
  return isUnDef(aggregate) ? results : aggregate(results);
}

function partsOf(list: any[], count: number): any[][] {
  if (count >= list.length) return list.map((value) => [value]);
  const at = (part: number): number => Math.round((list.length / count) * part);
  return Array.from({ length: count }, (_, part) => list.slice(at(part), at(part + 1)));
}

/** The results of `use(value, index in its part)`, in no certain order. */
export function parallel4Array(values: any, use: (value: any, index: number) => unknown, count?: number): unknown {
  return parallelArray(
    values,
    (sofar: any[], value, index) => [use(value, index)].concat(sofar),
    [],
    (results) => results.flat(),
    count,
  );
}
