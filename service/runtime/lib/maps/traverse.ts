import { type AnyMap, isArray, isFunction, isMap, isNumber, isObject, isString } from "../../base/values/types.js";
import { clone } from "./merge.js";
import { check } from "./sigil.js";

/** Walking and searching: `traverse`, `searchKeys`, `searchValues`, `flatten`, `mapArray`, `sortMapKeys`. */

export type Visitor = (key: string, value: any, path: string, owner: any) => unknown;

/**
 * Calls `visit` for every key of every level: the keys of one map or list together, before those of any deeper one.
 * The path it gets is the owner's: `""` at the top, `.sub`, `.list[0]`.
 */
export function traverse(root: any, visit: Visitor): void {
  const stack: { owner: any; path: string }[] = [{ owner: root, path: "" }];
  for (let work = stack.pop(); work !== undefined; work = stack.pop()) {
    const { owner, path } = work;
    for (const key of Object.keys(owner)) {
      const value = owner[key];
      if (isArray(value) || isMap(value)) stack.push({ owner: value, path: path + stepOf(key) });
      visit(key, value, path, owner);
    }
  }
}

function stepOf(key: string): string {
  if (Number.isNaN(Number(key))) return `.${key}`;
  return isNumber(key) ? `[${key}]` : `["${key}"]`;
}

type Found = (key: string, value: any, path: string) => unknown;

/** Map of path → value for the keys that match the regular expression `re`. */
export function searchKeys(root: any, re: string, useCase?: boolean, fn?: Found): AnyMap {
  return searched(root, re, useCase, fn, (key) => key);
}

/** The same for the values, as text. */
export function searchValues(root: any, re: string, useCase?: boolean, fn?: Found): AnyMap {
  return searched(root, re, useCase, fn, (_key, value) => String(value));
}

function searched(
  root: any,
  re: string,
  useCase: boolean | undefined,
  fn: Found | undefined,
  textOf: (key: string, value: any) => string,
): AnyMap {
  const pattern = new RegExp(re, useCase ? "" : "i");
  const found: AnyMap = {};
  traverse(root, (key, value, path) => {
    if (textOf(key, value).search(pattern) < 0) return;
    found[path + (Number.isNaN(Number(key)) ? `.${key}` : `["${key}"]`)] = copied(value);
    if (isFunction(fn)) fn(key, value, path);
  });
  return found;
}

const copied = (value: any): any => (typeof value === "object" ? clone(value) : value);

/** List of `{ key: path, val }` (as `{ path: val }` with `asPairs`) of everything inside, maps and lists included. */
export function flatten(root: any, asPairs?: boolean): AnyMap[] {
  const list: AnyMap[] = [];
  traverse(root, (key, value, path) => {
    const name = path === "" ? key : `${path}.${key}`;
    list.push(asPairs ? { [name]: copied(value) } : { key: name, val: copied(value) });
  });
  return list;
}

/** One path: the values at it; several: maps of them. At most `limit` entries. */
export function mapArray(list: any[], paths: string | string[], limit?: number): any[] {
  check(list).isArray("Please provide an array.");
  const selected = isString(paths) ? [paths] : paths;
  if (!isArray(selected)) return [];
  const all: any[] = Object.values(list ?? []);
  const rows = isNumber(limit) ? all.slice(0, Math.max(0, Number(limit))) : all;
  if (selected.length === 1) return rows.map((row) => plainPath(row, selected[0]!));
  return rows.map((row) => Object.fromEntries(selected.map((path) => [path, plainPath(row, path)])));
}

/** The value at a path of keys and `[n]`, without the quotes `$$` knows: `ow.obj.getPath`. */
export function plainPath(owner: any, path: string): any {
  if (!isObject(owner)) return undefined;
  let at: any = owner;
  for (const step of plainSteps(path)) {
    if (!(step in at)) return undefined;
    at = at[step];
  }
  return at;
}

/** Sets it, making maps on the way; undefined if `owner` is no object, else the owner. */
export function setPlainPath(owner: any, path: string, value: unknown): any {
  if (!isObject(owner)) return undefined;
  const steps = plainSteps(path);
  const last = steps.pop()!;
  let at: any = owner;
  for (const step of steps) at = step in at ? at[step] : (at[step] = {});
  at[last] = value;
  return owner;
}

const plainSteps = (path: string): string[] =>
  path
    .replace(/\[(\w+)\]/g, ".$1")
    .replace(/^\./, "")
    .split(".");

/** The same map with its keys sorted; maps inside lists always, maps inside maps with `deep`. */
export function sortMapKeys(map: AnyMap, deep?: boolean): AnyMap {
  const isInside = (value: unknown): value is AnyMap => typeof value === "object" && value !== null;
  const sorted: AnyMap = {};
  for (const key of Object.keys(map).sort()) {
    const value = map[key];
    if (isArray(value)) sorted[key] = value.map((entry) => (isInside(entry) ? sortMapKeys(entry, deep) : entry));
    else sorted[key] = deep && isInside(value) ? sortMapKeys(value, deep) : value;
  }
  return sorted;
}
