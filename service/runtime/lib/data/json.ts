import { jobScope } from "../../base/job-scope.js";
import { readLenientJson } from "../text/lenient-json.js";

/** JSON text to values and back (`stringify`, `jsonParse`, `beautifier`). */

/**
 * @param replacer as for JSON.stringify
 * @param space indentation, two blanks unless given; `""` writes one line
 * @returns undefined for undefined and functions
 */
export function stringify(value: unknown, replacer?: any, space?: any): any {
  return JSON.stringify(value, replacer, space ?? "  ");
}

/**
 * Reads JSON; text that is none is returned as it is, missing or empty text gives an empty map.
 * @param lenient false allows strict JSON only
 * @param unsafe evaluates texts that start with `!!js/eval `
 * @param findInside cuts from the first `{` or `[` to its last partner, ignoring the text around
 */
export function jsonParse(text?: unknown, lenient?: boolean, unsafe?: boolean, findInside?: boolean): any {
  if (text === undefined || String(text) === "" || (text === null && lenient !== false)) return {};
  const source = findInside && typeof text === "string" ? cutOut(text) : text;
  let value: any;
  try {
    value = lenient === false ? JSON.parse(source as string) : readLenientJson(String(source));
  } catch (error) {
    if (error instanceof SyntaxError) return source;
    throw error;
  }
  if (unsafe && jobScope.__JSONformat?.unsafe !== false) evaluateIn(value);
  return value;
}

function cutOut(text: string): string {
  const map = { from: text.indexOf("{"), to: text.lastIndexOf("}") };
  const list = { from: text.indexOf("["), to: text.lastIndexOf("]") };
  const isMapThere = map.from > -1 && map.to > -1;
  const isListThere = list.from > -1 && list.to > -1;
  const noMap = map.from < 0 && map.to < 0;
  const noList = list.from < 0 && list.to < 0;
  let part: { from: number; to: number } | undefined;
  if (isMapThere && isListThere) part = list.from < map.from ? list : map;
  else if (isMapThere && noList) part = map;
  else if (isListThere && noMap) part = list;
  return part !== undefined && part.from < part.to ? text.slice(part.from, part.to + 1) : text;
}

const evalMark = "!!js/eval ";

function evaluateIn(value: any): void {
  if (typeof value !== "object" || value === null) return;
  for (const key of Object.keys(value)) {
    const entry = value[key];
    if (typeof entry === "string" && entry.startsWith(evalMark))
      value[key] = jobScope.eval(entry.slice(evalMark.length));
    else evaluateIn(entry);
  }
}

export function beautifier(value: unknown): string {
  return value === undefined ? "undefined" : JSON.stringify(value, undefined, 2);
}

export const parseJson = (text: unknown, lenient?: boolean) =>
  lenient ? readLenientJson(String(text)) : JSON.parse(String(text));

export const fromJson = (text: unknown) => JSON.parse(String(text));

export const __JSONformat = { unsafe: true };
