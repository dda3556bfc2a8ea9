import Fuse from "fuse.js";
import { type AnyMap, isArray, isFunction, isObject } from "../../base/values/types.js";
import { toDate } from "../format/dates.js";
import { quickSort } from "../maps/maps.js";
import { merge } from "../maps/merge.js";
import { path } from "./path.js";

/** `ow.obj`: maps, lists and tables. */

/** Entries of `list` whose `keys` are like `text`, best first, as `{ item, refIndex }`. */
export function fuzzySearch(keys: string[], list: any[], text: string, options?: AnyMap): any[] {
  if (!isArray(list)) throw "anArrayOfObjects should be an array of objects.";
  if (!isArray(keys)) throw "anArrayOfKeys should be an array of keys.";
  return new Fuse(list, merge({ keys }, options)).search(text);
}

export function fromArray2OrderedObj(list?: any[]): AnyMap {
  return list === undefined ? {} : { ...list };
}

/** The values in the order of their keys as numbers. */
export function fromOrderedObj2Array(map?: AnyMap, compare: (a: any, b: any) => number = (a, b) => a - b): any[] {
  if (map === undefined) return [];
  return quickSort(Object.keys(map), compare).map((key) => map[key]);
}

export function randomRange(low: number, high: number): number {
  return Math.floor(Math.random() * (high + 1 - low) + low);
}

/** One entry by chance; by the weights under `weight` if that is given. */
export function oneOf(list: any[], weight?: string): any {
  if (weight === undefined) return list[randomRange(0, list.length - 1)];
  let left = randomRange(0, path(list, `sum([].${weight})`));
  for (const entry of list) {
    left -= entry[weight];
    if (left <= 0) return entry;
  }
  return undefined;
}

export function oneOfFn(list: any[], weight?: string): any {
  const chosen = oneOf(list, weight);
  if (isObject(chosen) && isFunction(chosen.fn)) return chosen.fn();
  return isFunction(chosen) ? chosen() : undefined;
}

export function randomDateRange(pattern: string, low: string, high: string): Date {
  const ms = (text: string): number => toDate(text, pattern).getTime();
  return new Date(randomRange(ms(low), ms(high)));
}
