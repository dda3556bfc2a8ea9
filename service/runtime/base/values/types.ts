import { JavaException } from "./errors.js";
import { JavaObject } from "./object.js";
import { Throwable } from "./throwable.js";

/** Type tests (`isDef`, `isMap`, …), what a value is called (`descType`), and the conversions built on them. */

const { toString: describe } = Object.prototype;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export type AnyMap = Record<string, any>;

/** Is it anything but `undefined`? `null` is defined. */
export const isDef = (value: unknown): boolean => value !== undefined;
export const isUnDef = (value: unknown): value is undefined => value === undefined;
/** `null` and `undefined`. */
export const isNull = (value: unknown): value is null | undefined => value === null || value === undefined;
export const isString = (value: unknown): value is string => typeof value === "string";
export const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
export const isFunction = (value: unknown): value is (...args: any[]) => any => typeof value === "function";
/** Of number type; `isNumber` also takes text that reads as one. */
export const isTNumber = (value: unknown): value is number => typeof value === "number";
export const isArray = (value: unknown): value is any[] => Array.isArray(value);

/** Anything that reads as a finite number, numeric text included. */
export function isNumber(value?: unknown): boolean {
  if (typeof value === "number") return value - value === 0;
  // A map without a prototype cannot be made text.
  if (typeof value === "object" && (value === null || !("toString" in value))) return false;
  return !Number.isNaN(Number.parseFloat(value as string)) && Number.isFinite(Number(value));
}

export const isInteger = (value: unknown): boolean => isNumber(value) && Number.isSafeInteger(value);
export const isDecimal = (value: unknown): boolean => isNumber(value) && !isInteger(value);

/** A plain map: not an array, date, function, Error or the like. */
export const isMap = (value: unknown): value is AnyMap => describe.call(value) === "[object Object]";

/** A map or a list. */
export const isContainer = (value: unknown): value is AnyMap => isArray(value) || isMap(value);

/** Anything with members: maps, arrays, dates, functions, boxed values. */
export function isObject(value: unknown): value is AnyMap {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}

/** Is it a valid date? Decided by its methods, so dates of other libraries count. */
export function isDate(value: any): value is Date {
  return !isNull(value) && value.getDate !== undefined && !Number.isNaN(Number(value));
}

export const isRegExp = (value: unknown): value is RegExp => value instanceof RegExp;

/** Bytes as the byte functions (`af.fromString2Bytes`, …) make them. */
export const isByteArray = (value: unknown): value is Uint8Array | Int8Array =>
  value instanceof Uint8Array || value instanceof Int8Array;

export const isUUID = (value: unknown): boolean => typeof value === "string" && UUID.test(value);

/** One word for what a value is; numeric text is a number. */
export function descType(value: any): string | undefined {
  if (value === undefined) return "undefined";
  if (value === null) return "null";
  if (isByteArray(value)) throw new TypeError("descType: cannot determine the type of a byte array (isByteArray can)");
  if (isBoolean(value)) return "boolean";
  if (isArray(value)) return "array";
  if (isNumber(value)) return "number";
  if (isString(value)) return "string";
  if (isFunction(value)) return "function";
  if (isDate(value)) return "date";
  if (isMap(value)) return "map";
  return isObject(value) ? "object" : undefined;
}

/** Numbers and numeric text by truthiness (so the text `"0"` is true), other text by being `true`, the rest as it is. */
export function toBoolean(value: any): any {
  if (isBoolean(value)) return value;
  if (isNumber(value)) return Boolean(value);
  return isString(value) ? value.trim().toLowerCase() === "true" : value;
}

/** The second value where the first is `null` or undefined. */
export const nvl = (value: unknown, fallback: unknown): unknown => (isNull(value) ? fallback : value);

export const never = (): boolean => false;

export const isJavaObject = (value: unknown): boolean => value instanceof JavaObject;

export const isJavaException = (value: unknown): boolean =>
  value instanceof JavaException || value instanceof Throwable;
