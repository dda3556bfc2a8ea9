import { type AnyMap, isFunction, isNull } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { clone } from "./merge.js";
import { check } from "./sigil.js";

/** Maps into lists and back (`$a2m`, `$m4a`, …), and small helpers on lists. */

/** Keys and values, index by index. */
export function $a2m(keys?: string[], values?: any[]): AnyMap {
  const names: string[] = check(keys).isArray().default([]);
  const list: any[] = check(values).isArray().default([]);
  return Object.fromEntries(names.map((name, index) => [name, list[index]]));
}

/** The values of the keys; a missing one leaves a hole. */
export function $m2a(keys?: string[], map?: AnyMap): any[] {
  const names: string[] = check(keys).isArray().default([]);
  const from: AnyMap = check(map).isMap().default({});
  const values: any[] = [];
  for (const [index, name] of names.entries()) if (from[name] !== undefined) values[index] = from[name];
  return values;
}

/** A list of maps as a map by one of their keys, which they lose unless `keep`; rows without it become `rowN`. */
export function $a4m(list: any[], key?: string, keep?: boolean): AnyMap {
  const map: AnyMap = {};
  for (const [index, given] of Object.entries(list ?? [])) {
    const entry = clone(given);
    if (key === undefined || entry[key] === undefined) map[`row${index}`] = entry;
    else {
      map[entry[key]] = entry;
      if (!keep) delete entry[key];
    }
  }
  return map;
}

/** The values of a map; with `key` as copies that carry their key under it. */
export function $m4a(map: AnyMap, key?: string): any[] {
  check(map, "aObj").isMap().$_();
  if (key === undefined) return Object.values(map);
  return Object.keys(map).map((name) => {
    const entry = clone(map[name]);
    entry[key] = name;
    return entry;
  });
}

/** `count` numbers: `(start + i) * step`, where the step multiplies the start too. A start that is text is appended. */
export function range(count?: any, start?: any, step?: any): number[] {
  const from = check(start, "aStart").isNumber().default(1);
  const length = check(count, "aCount").isNumber().default(1);
  const by = check(step, "aStep").isNumber().default(1);
  return Array.from(Array(length).keys(), (index) => (index + from) * by);
}

export function deleteFromArray(list: any[], index: number): any[] {
  list.splice(index, 1);
  return list;
}

/** The list in `parts` slices of about the same length; without `parts` one for each core of the machine. */
export function splitArray(list: any[], parts?: number): any[][] {
  const count = parts ?? (JSON.parse(world.host.process.machine()) as { cores: number }).cores;
  if (count >= list.length) return list.map((entry) => [entry]);
  const cut = (part: number): number => Math.round((list.length / count) * part);
  return Array.from({ length: count }, (_slice, part) => list.slice(cut(part), cut(part + 1)));
}

/** Sorts the list itself, by halves around the middle entry: equal entries may change places, as in OpenAF. */
export function quickSort(list: any[], compare?: (a: any, b: any) => number): any[] {
  const order = isFunction(compare) ? compare : (a: any, b: any) => a - b;
  const sort = (low: number, high: number): void => {
    const pivot = list[Math.floor((low + high) / 2)];
    let left = low;
    let right = high;
    while (left <= right) {
      while (order(list[left], pivot) < 0) left++;
      while (order(list[right], pivot) > 0) right--;
      if (left > right) break;
      [list[left], list[right]] = [list[right], list[left]];
      left++;
      right--;
    }
    if (low < left - 1) sort(low, left - 1);
    if (left < high) sort(left, high);
  };
  if (list.length > 1) sort(0, list.length - 1);
  return list;
}

/** A copy with two entries exchanged. */
export function swap(list: any[], first: number, second: number): any[] {
  check(first, "anIndex1").isNumber().$_();
  check(second, "anIndex2").isNumber().$_();
  check(list, "anArray").isArray().$_("Please provide an array to swap elements in.");
  for (const index of [first, second])
    if (!(index >= 0 && index < list.length))
      throw new RangeError(`af.swap: no entry ${index} in a list of ${list.length}`);
  const copy = [...list];
  [copy[first], copy[second]] = [copy[second], copy[first]];
  return copy;
}

export const repeat = (times: number, text: string): string => text.repeat(times);

/** A plain array of anything with indexes (`arguments`, lists of Java in OpenAF). */
export function fromJavaArray(list: any): any[] {
  return isNull(list) ? [] : Array.from(Object.keys(list), (key) => list[key]);
}

/** A plain map of a `Map` (of a Java map in OpenAF). */
export function fromJavaMap(map: any): AnyMap {
  return map instanceof Map ? Object.fromEntries(map) : { ...map };
}

/** Values are JavaScript ones already. */
export const fromJava2JS = (value: any): any => value;

/** Calls `fn` with the values of `map` in the order of `names`. */
export function $fnM2A(fn: (...args: any[]) => any, owner: any, names: string[], map: AnyMap): any {
  check(fn).isFunction().$_("Please provide a function.");
  return fn.apply(owner ?? null, $m2a(names, map));
}
