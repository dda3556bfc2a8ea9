import { jobScope } from "../../base/job-scope.js";
import { isMap } from "../../base/values/types.js";
import { readFileJSON, readFileYAML } from "../../lib/files/data.js";
import { $get } from "../../lib/maps/store.js";
import { path as select } from "../../lib/query/path.js";
import { templify } from "../../lib/template/template.js";
import { printTreeOrS } from "../../lib/terminal/tables.js";
import { withSideLine } from "../../lib/text/side-line.js";
import { frameThemes } from "../../lib/text/symbols.js";
import type { AnyMap } from "../model/shapes.js";

/** Helpers of several built-in jobs. */

/** Args without those whose name starts with `__`: built-in jobs take their own away when they are done. */
export function withoutOwnArgs(args: AnyMap): AnyMap {
  // A list, which a built-in job may leave, has no args of its own.
  if (Array.isArray(args)) return args;
  return Object.fromEntries(Object.entries(args).filter(([name]) => !name.startsWith("__")));
}

/** Args without those of these names. */
export function without(args: AnyMap, ...names: string[]): AnyMap {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !names.includes(name)));
}

/** A copy of `value` with the templates in its texts filled by `data`; null becomes undefined. */
export function filled(value: any, data: AnyMap): any {
  if (value === null) return undefined;
  if (typeof value === "string") return value.includes("{{") ? templify(value, data) : value;
  if (Array.isArray(value)) return value.map((entry) => filled(entry, data));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, filled(entry, data)]));
}

/** A copy of `value` with undefined in the place of null. */
export function withoutNulls(value: any): any {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutNulls(entry)]));
}

/** The value of `expression` in `value`; undefined if it is missing. */
export function selected(value: any, expression: string | undefined): any {
  return value === undefined || expression === undefined || expression === "@" ? value : select(value, expression);
}

/** A part of what is kept under `key`, or of the args when it is `args`. */
export function keyed(args: AnyMap, key: string, expression?: string): any {
  return selected(key === "args" ? args : $get(key), expression);
}

/** A job name, or a list: as a list. */
export function listed(jobs: any): any {
  return typeof jobs === "string" ? [jobs] : jobs;
}

/** Shows a value as a tree beside a line, for `debug`. */
export function showDebug(value: unknown): void {
  const tree = printTreeOrS(value, undefined, { bgcolor: "BG(235)" });
  jobScope.cprint(withSideLine(tree, undefined, "FG(240)", "BG(235)", frameThemes().openBottomCurvedRect));
}

/** The content of a YAML file, by its ending, or else of a JSON file. */
export function readData(file: string): any {
  return /\.ya?ml$/i.test(file) ? readFileYAML(file) : readFileJSON(file);
}
