import { type AnyMap, isArray, isMap, isNull, isString } from "../../base/values/types.js";
import { check } from "../maps/sigil.js";
import { Query } from "./nlinq/query.js";
import { path } from "./path.js";

/** The maps with the named keys first. */
export function reorderArrayMap(keys: string[], list: AnyMap | AnyMap[], dropUndefined?: boolean): AnyMap[] {
  check(keys, "aKs").isArray().$_();
  const drops: boolean = check(dropUndefined, "removeUnDefs").isBoolean().default(false);
  const rows = (isMap(list) ? [list] : list) as AnyMap[];
  return rows.map((row) => {
    const others = Object.keys(row).filter((key) => !keys.includes(key));
    const ordered: AnyMap = {};
    for (const key of [...keys, ...others]) if (!drops || row[key] !== undefined) ordered[key] = row[key];
    return ordered;
  });
}

export function filterKeys(keys: string[], row: AnyMap): AnyMap {
  return Object.fromEntries(keys.map((key) => [key, row[key]]));
}

/** `{ path }` by `$path`, else as `$from().query()` describes; what a selector gives comes as `{ name: value }`. */
export function filter(data: any, description?: AnyMap): any {
  const map: AnyMap = check(description, "aMap").isMap().default({});
  if (!isArray(data) && !isMap(data)) throw "Object provided to filter is not an array or a map.";
  if (isString(map.path)) return path(data, map.path);
  return new Query(data, check(map.fromKey, "fromKey").isString().default(undefined)).apply(map);
}

/**
 * The entries that have what `partial` says; its keys may be dotted.
 * @param useRE texts are regular expressions, or limits like `>=50`
 */
export function searchArray(list: any[], partial: AnyMap, useRE?: boolean, ignoreCase?: boolean): any[] {
  const tests = Object.entries(partial).map(([key, wanted]) => {
    const matches = testOf(wanted, useRE, ignoreCase);
    const steps = key.split(".");
    return (entry: any): boolean => matches(steps.reduce((at, step) => (isNull(at) ? at : at[step]), entry));
  });
  return list.filter((entry) => entry && tests.every((test) => test(entry)));
}

function testOf(wanted: any, useRE?: boolean, ignoreCase?: boolean): (value: any) => boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: numbers and numeric texts are to be the same
  if (!useRE || !isString(wanted)) return (value) => value == wanted;
  const limit = /^([<>]=*)(\d+)/.exec(wanted);
  if (limit === null) {
    const pattern = new RegExp(wanted, ignoreCase ? "i" : "");
    return (value) => pattern.test(String(value));
  }
  const bound = Number(limit[2]);
  switch (limit[1]) {
    case ">=":
      return (value) => bound <= value;
    case ">":
      return (value) => bound < value;
    case "<=":
      return (value) => bound >= value;
    case "<":
      return (value) => bound > value;
    default:
      return () => true;
  }
}
