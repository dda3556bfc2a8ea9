import { isMap, isNull, isNumber } from "../../base/values/types.js";

/**
 * The argument checks of API functions. Job code sees a failed one as a thrown text, not as an Error.
 */
export type Kind = "string" | "number" | "boolean" | "array" | "map" | "function" | "date";

const tests: Record<Kind, (value: any) => boolean> = {
  string: (value) => typeof value === "string",
  number: isNumber,
  boolean: (value) => typeof value === "boolean",
  array: Array.isArray,
  map: isMap,
  function: (value) => typeof value === "function",
  date: (value) => Object.prototype.toString.call(value) === "[object Date]",
};

const wording: Record<Kind, string> = {
  string: "is not a string",
  number: "is not a number",
  boolean: "is not boolean",
  array: "is not an array",
  map: "is not a map",
  function: "is not a function",
  date: "is not a date",
};

/** `value`, or `fallback` when it is undefined. @throws text when it is of another kind */
export function optional<T>(value: unknown, name: string, kind: Kind, fallback: T): T {
  if (value === undefined) return fallback;
  if (!tests[kind](value)) throw `${name} ${wording[kind]}`;
  return value as T;
}

/** `value`. @throws text when it is undefined or of another kind */
export function required<T>(value: unknown, name: string, kind?: Kind): T {
  if (value === undefined) throw `${name} not defined or assigned`;
  if (kind !== undefined && !tests[kind](value)) throw `${name} ${wording[kind]}`;
  return value as T;
}

/** `value` if it is one of `list`. @throws text otherwise */
export function oneOf(value: unknown, name: string, list: readonly string[]): string {
  if (isNull(value)) throw `${name} not defined or assigned`;
  if (!list.includes(value as string)) throw `${name} is not one of ${JSON.stringify(list)}`;
  return value as string;
}
