import Fuse from "fuse.js";
import { globals } from "../world.js";
import { $a4m, $m4a, quickSort } from "./maps.js";
import { merge } from "./merge.js";
import { flatMap, flatten } from "./obj/flat.js";
import { filter, filterKeys, key2array, reorderArrayMap, searchArray } from "./obj/maps.js";
import { path } from "./path.js";
import { plainPath, setPlainPath } from "./traverse.js";
import { type AnyMap, isArray, isFunction, isObject } from "./types.js";

/** `ow.obj`: maps, lists and tables. */

/** Entries of `list` whose `keys` are like `text`, best first, as `{ item, refIndex }`. */
function fuzzySearch(keys: string[], list: any[], text: string, options?: AnyMap): any[] {
  if (!isArray(list)) throw "anArrayOfObjects should be an array of objects.";
  if (!isArray(keys)) throw "anArrayOfKeys should be an array of keys.";
  return new Fuse(list, merge({ keys }, options)).search(text);
}

function fromArray2OrderedObj(list?: any[]): AnyMap {
  return list === undefined ? {} : { ...list };
}

/** The values in the order of their keys as numbers. */
function fromOrderedObj2Array(map?: AnyMap, compare: (a: any, b: any) => number = (a, b) => a - b): any[] {
  if (map === undefined) return [];
  return quickSort(Object.keys(map), compare).map((key) => map[key]);
}

function randomRange(low: number, high: number): number {
  return Math.floor(Math.random() * (high + 1 - low) + low);
}

/** One entry by chance; by the weights under `weight` if that is given. */
function oneOf(list: any[], weight?: string): any {
  if (weight === undefined) return list[randomRange(0, list.length - 1)];
  let left = randomRange(0, path(list, `sum([].${weight})`));
  for (const entry of list) {
    left -= entry[weight];
    if (left <= 0) return entry;
  }
  return undefined;
}

function oneOfFn(list: any[], weight?: string): any {
  const chosen = oneOf(list, weight);
  if (isObject(chosen) && isFunction(chosen.fn)) return chosen.fn();
  return isFunction(chosen) ? chosen() : undefined;
}

function randomDateRange(pattern: string, low: string, high: string): Date {
  const ms = (text: string): number => globals.ow.format.toDate(text, pattern).getTime();
  return new Date(randomRange(ms(low), ms(high)));
}

export const scope = {
  "ow.obj.getPath": plainPath,
  "ow.obj.setPath": setPlainPath,
  "ow.obj.flatMap": flatMap,
  "ow.obj.flatten": flatten,
  "ow.obj.filter": filter,
  "ow.obj.filterKeys": filterKeys,
  "ow.obj.reorderArrayMap": reorderArrayMap,
  "ow.obj.key2array": key2array,
  "ow.obj.searchArray": searchArray,
  "ow.obj.fuzzySearch": fuzzySearch,
  "ow.obj.fromArray2OrderedObj": fromArray2OrderedObj,
  "ow.obj.fromOrderedObj2Array": fromOrderedObj2Array,
  "ow.obj.fromArray2Obj": $a4m,
  "ow.obj.fromObj2Array": $m4a,
  "ow.obj.oneOf": oneOf,
  "ow.obj.oneOfFn": oneOfFn,
  "ow.obj.randomRange": randomRange,
  "ow.obj.randomDateRange": randomDateRange,
};
