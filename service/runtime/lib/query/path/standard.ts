import type { Interpreter } from "./interpret.js";
import { pathFunction as fn, type PathFunction, typeOf, types } from "./signature.js";

const TYPE_NAMES: Record<number, string> = {
  [types.number]: "number",
  [types.string]: "string",
  [types.array]: "array",
  [types.object]: "object",
  [types.boolean]: "boolean",
  [types.expref]: "expref",
  [types.null]: "null",
};

/** The functions JMESPath itself defines (https://jmespath.org/specification.html#built-in-functions). */
export function standardFunctions(interpreter: Interpreter): Record<string, PathFunction> {
  const { visit } = interpreter;
  const keyOf = (expression: any, entry: any): any => {
    const key = visit(expression, entry);
    if (typeof key !== "number" && typeof key !== "string")
      throw new Error(`TypeError: expected one of number,string, received ${typeOf(key)}`);
    return key;
  };
  return {
    abs: fn("number", Math.abs),
    avg: fn("array_number", (list: number[]) => sum(list) / list.length),
    ceil: fn("number", Math.ceil),
    contains: fn("string|array any", (where: any, what: any) => where.indexOf(what) >= 0),
    ends_with: fn("string string", (text: string, end: string) => text.endsWith(end)),
    floor: fn("number", Math.floor),
    join: fn("string array_string", (separator: string, list: string[]) => list.join(separator)),
    keys: fn("object", Object.keys),
    length: fn("string|array|object", (value: any) =>
      typeOf(value) === types.object ? Object.keys(value).length : value.length,
    ),
    map: fn("expref array", (expression: any, list: any[]) => list.map((entry) => visit(expression, entry))),
    max: fn("array_number|array_string", (list: any[]) => extreme(list, 1)),
    max_by: fn("array expref", (list: any[], by: any) => bestBy(list, (entry) => keyOf(by, entry), 1)),
    merge: fn("object...", (...maps: any[]) => Object.assign({}, ...maps)),
    min: fn("array_number|array_string", (list: any[]) => extreme(list, -1)),
    min_by: fn("array expref", (list: any[], by: any) => bestBy(list, (entry) => keyOf(by, entry), -1)),
    not_null: fn("any...", (...values: any[]) => values.find((value) => value !== null) ?? null),
    reverse: fn("string|array", (value: any) =>
      typeof value === "string" ? value.split("").reverse().join("") : [...value].reverse(),
    ),
    // Numbers too are sorted as texts: jmespath.js does.
    sort: fn("array_string|array_number", (list: any[]) => [...list].sort()),
    sort_by: fn("array expref", (list: any[], by: any) => sortedBy(list, (entry) => visit(by, entry))),
    starts_with: fn("string string", (text: string, start: string) => text.startsWith(start)),
    sum: fn("array_number", sum),
    to_array: fn("any", (value: any) => (Array.isArray(value) ? value : [value])),
    to_number: fn("any", toNumber),
    to_string: fn("any", (value: any) => (typeof value === "string" ? value : JSON.stringify(value))),
    type: fn("any", (value: any) => TYPE_NAMES[typeOf(value) ?? -1]),
    values: fn("object", Object.values),
  };
}

const sum = (list: number[]): number => list.reduce((total, value) => total + value, 0);
const order = (a: any, b: any): number => (a > b ? 1 : a < b ? -1 : 0);

/** Texts in the order of the locale, numbers by size; `null` for none. */
function extreme(list: any[], sign: 1 | -1): any {
  if (list.length === 0) return null;
  const compare = typeof list[0] === "number" ? order : (a: string, b: string) => a.localeCompare(b);
  return list.reduce((best, value) => (compare(value, best) * sign > 0 ? value : best));
}

function bestBy(list: any[], keyOf: (entry: any) => any, sign: 1 | -1): any {
  let best: any;
  let bestKey: any = -sign * Number.POSITIVE_INFINITY;
  for (const entry of list) {
    const key = keyOf(entry);
    if (order(key, bestKey) * sign <= 0) continue;
    best = entry;
    bestKey = key;
  }
  return best;
}

function sortedBy(list: any[], keyOf: (entry: any) => any): any[] {
  const keyed = list.map((entry) => ({ entry, key: keyOf(entry) }));
  const wanted = typeOf(keyed[0]?.key);
  if (keyed.length > 0 && wanted !== types.number && wanted !== types.string) throw new Error("TypeError");
  for (const { key } of keyed)
    if (typeOf(key) !== wanted) throw new Error(`TypeError: expected ${wanted}, received ${typeOf(key)}`);
  return keyed.sort((a, b) => order(a.key, b.key)).map(({ entry }) => entry);
}

function toNumber(value: any): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || Number.isNaN(Number(value))) return null;
  return Number(value);
}
