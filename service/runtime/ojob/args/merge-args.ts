import { jobScope } from "../../base/job-scope.js";
import { isMap } from "../../base/values/types.js";
import { clone, merge } from "../../lib/maps/merge.js";
import type { AnyMap } from "../model/shapes.js";

/** Under this key a map of args carries the list a job runs over. */
export const REPEAT = "__oJobRepeat";
/** Under this key the text of args written as an expression is kept. */
export const EXPRESSION = "__oJobExec";

/** Merges two maps of args, `b` over `a`; with a list on one side the other is merged with each element. */
export function mergeArgs(a: any, b: any): any {
  const aList = isObject(a) && a[REPEAT] !== undefined;
  const bList = isObject(b) && b[REPEAT] !== undefined;
  if (aList && bList) return { ...a, [REPEAT]: (merge(clone(a[REPEAT]), b[REPEAT]) as any[]).flat() };
  if (aList) return { ...a, [REPEAT]: merge(clone(a[REPEAT]), b) };
  if (bList) return { ...b, [REPEAT]: merge(clone(a), b[REPEAT]) };
  return merge(isObject(a) ? clone(a) : a, b);
}

/**
 * Args as they are written (map, list, text of an expression) as a map of args of their own, `over` merged over them.
 * @param evaluate evaluates expressions now
 */
export function processArgs(args: any, over?: any, id?: string, evaluate = false): AnyMap {
  let made: AnyMap = {};
  if (args !== undefined) {
    if (Array.isArray(args)) made = mergeArgs(made, { [REPEAT]: args });
    else if (typeof args === "string") {
      made = mergeArgs(made, { [EXPRESSION]: args });
      if (evaluate) made = mergeArgs(made, processArgs(evaluated(args)));
    } else if (isObject(args)) {
      if (evaluate && args[EXPRESSION] !== undefined)
        made = mergeArgs(made, processArgs(evaluated(args[EXPRESSION]), args));
      else made = mergeArgs(made, args);
    }
  }
  if (over !== undefined) made = mergeArgs(made, processArgs(over));
  made.__id = id;
  return made;
}

function evaluated(text: string): any {
  // Indirect: an expression sees the globals only.
  return (jobScope.eval as typeof eval)(text);
}

function isObject(value: unknown): value is AnyMap {
  return isMap(value) || Array.isArray(value);
}
