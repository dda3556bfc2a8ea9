import { type AnyMap, isArray, isFunction, isMap, isNull, isObject } from "../../base/values/types.js";
import { check } from "./sigil.js";

/** Putting maps together, copying and comparing them: `merge`, `extend`, `clone`, `compare` and what builds on them. */

interface Work {
  left: any;
  right: any;
  result: any;
}

/**
 * `b` over `a`: maps key by key, lists under a key joined (`a`'s entries first), anything else replaced. A list and a map:
 * the map over a copy of each entry. Two lists: for each entry of `b`, all of `a` merged with it.
 *
 * As in OpenAF only the first level of `a` is copied: maps inside `a` are changed. `clone` it first where that matters.
 * @param dedup leaves out entries of a joined list that are there already
 */
export function merge(a?: any, b?: any, _alternative?: unknown, dedup = false): any {
  if (a === undefined) return b;
  if (b === undefined) return a;
  if (isArray(b))
    return isArray(a) ? b.map((entry) => merge(a, entry, undefined, dedup)) : merge(b, a, undefined, dedup);
  const left = isArray(a) ? clone(a) : a;
  const result = isArray(a) ? left : Object.assign({}, a);
  const stack: Work[] = [{ left, right: b, result }];
  while (stack.length > 0) mergeOne(stack.pop()!, stack, dedup);
  return result;
}

function mergeOne({ left, right, result }: Work, stack: Work[], dedup: boolean): void {
  if (!isMap(right)) return;
  if (isArray(left)) {
    for (const entry of left) stack.push({ left: entry, right: { ...right }, result: entry });
    return;
  }
  if (!isObject(result)) return;
  for (const key of Object.keys(right)) {
    const value = right[key];
    if (isArray(value)) result[key] = joined(result[key], value, dedup);
    else if (!isMap(value)) result[key] = value;
    else {
      if (isNull(result[key])) result[key] = {};
      stack.push({ left: result[key], right: value, result: result[key] });
    }
  }
}

/** A text before a list becomes one text, as its `concat` has it. */
function joined(old: any, list: any[], dedup: boolean): any {
  if (isNull(old)) return list.slice();
  if (!isArray(old)) return typeof old === "string" ? old.concat(list as unknown as string) : list.slice();
  return old.concat(dedup ? list.filter((entry) => arrayContains(old, entry) < 0) : list);
}

/**
 * Changes `target` by the sources in turn and gives it back. Deep (first argument true): maps are merged, lists by index,
 * undefined is skipped.
 */
export function extend(...args: any[]): any {
  const isDeep = typeof args[0] === "boolean" ? args.shift() : false;
  const [first, ...sources] = args;
  const target = isObject(first) ? first : {};
  // A stack, not recursion: with several deep sources the earlier ones win inside maps, as in OpenAF.
  const stack: [any, any[]][] = [[target, sources]];
  for (let work = stack.pop(); work !== undefined; work = stack.pop()) {
    const [into, from] = work;
    for (const source of from) {
      if (isNull(source)) continue;
      for (const key of Object.keys(source)) {
        const value = source[key];
        if (value === into || value === undefined) continue;
        if (isDeep && isTree(value)) {
          const old = into[key];
          into[key] = isArray(value) ? (isArray(old) ? old : []) : isObject(old) ? old : {};
          stack.push([into[key], [value]]);
        } else into[key] = value;
      }
    }
  }
  return target;
}

/** Has `extend` to look into it? Dates, bytes, functions and objects of a class of their own are taken as they are. */
function isTree(value: unknown): boolean {
  if (isArray(value)) return true;
  if (!isMap(value)) return false;
  const parent = Object.getPrototypeOf(value);
  return parent === null || Object.getPrototypeOf(parent) === null;
}

/** A deep copy of maps and lists; dates and objects of a class stay themselves. `null` gives undefined. */
export function clone<T>(value: T): T {
  if (isNull(value)) return undefined as T;
  if (isArray(value)) return value.map((entry) => (isObject(entry) ? clone(entry) : entry)) as T;
  return isTree(value) ? extend(true, {}, value) : value;
}

/** Deep equality of content; constructors have to match, key order is irrelevant, undefined entries are never equal. */
export function compare(x: any, y: any): boolean {
  if (isNull(x) || isNull(y)) return x === y;
  if (x.constructor !== y.constructor) return false;
  if (isFunction(x) || x instanceof RegExp) return x === y;
  if (x === y || primitiveOf(x) === primitiveOf(y)) return true;
  if (!isObject(x) || !isObject(y) || x instanceof Date) return false;
  if (isArray(x) && x.length !== y.length) return false;
  const keys = Object.keys(x);
  if (keys.length !== Object.keys(y).length) return false;
  return keys.every((key) => (y as AnyMap)[key] !== undefined && compare((x as AnyMap)[key], (y as AnyMap)[key]));
}

/** A map without a prototype has no `valueOf`. */
const primitiveOf = (value: any): unknown => (typeof value.valueOf === "function" ? value.valueOf() : value);

/** Index of the first entry equal to `wanted` by `compare`, else -1. */
export function arrayContains(list: any[], wanted: unknown, of?: (entry: any) => unknown): number {
  check(list).isArray().$_();
  return list.findIndex((entry) => compare(wanted, isFunction(of) ? of(entry) : entry));
}

/** The first of each equal entries; what is no list comes back as it is. */
export function uniqArray(list: any): any {
  if (!isArray(list)) return list;
  const plain = new Set<unknown>();
  const objects: any[] = [];
  return list.filter((entry) => {
    if (!isObject(entry)) return !plain.has(entry) && plain.add(entry);
    if (arrayContains(objects, entry) >= 0) return false;
    objects.push(entry);
    return true;
  });
}
