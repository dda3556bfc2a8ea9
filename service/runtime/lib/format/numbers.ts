import { JavaException } from "../../base/values/errors.js";
import { isNumber } from "../../base/values/types.js";
import { optional, required } from "../text/check.js";
import { leftPad } from "../text/pad.js";

/** `ow.format`: numbers to text and back. */

/** Text with that many decimals, but the number 0 for 0. @throws text when it is no number */
export function round(number: any, digits?: number): string | number {
  const value = required<any>(number, "number", "number");
  const places = optional(digits, "digits", "number", 0);
  // Texts that read as numbers pass the check but have no toFixed: that fails here as in the reference.
  // biome-ignore lint/suspicious/noDoubleEquals: the text "0" is zero too
  return value == 0 ? 0 : value.toFixed(places);
}

export const withSeparators = (number: unknown, separator = ","): string =>
  String(number).replace(/(\d)(?=(\d\d\d)+(?!\d))/g, (digit) => digit + separator);

export function toNumberSpacing(number: unknown, separator?: string): string {
  const value = Number(number);
  if (!isNumber(value)) throw "aNumber is not a number";
  const spacer = optional(separator, "aSpacer", "string", " ");
  const [whole, ...rest] = String(value).split(".");
  return [whole!.replace(/\B(?=(\d{3})+(?!\d))/g, () => spacer), ...rest].join(".");
}

export function fromNumberSpacing(text: string, separator?: string): number {
  const spacer = optional(separator, "aSpacer", "string", " ");
  return Number(required<string>(text, "aNumber", "string").split(spacer).join(""));
}

const abbreviations = ["k", "m", "b", "t"];

/** `15.23k`; below 1000 the number itself. */
export function toAbbreviation(number: number, digits = 2): string | number {
  const precision = 10 ** digits;
  for (let index = abbreviations.length - 1; index >= 0; index--) {
    const size = 10 ** ((index + 1) * 3);
    if (size > number) continue;
    const rounded = Math.round((number * precision) / size) / precision;
    // 999999 is rounded up to 1000k, which is 1m.
    const isNext = rounded === 1000 && index < abbreviations.length - 1;
    return isNext ? `1${abbreviations[index + 1]}` : `${rounded}${abbreviations[index]}`;
  }
  return number;
}

/** Interpolates between neighbours; sorts the list itself. */
export function percentile(list: number[], part: number): number | undefined {
  const sorted = required<number[]>(list, "aArray", "array").sort((a, b) => a - b);
  const position = (sorted.length - 1) * required<number>(part, "aPercentile", "number");
  const base = Math.floor(position);
  const next = sorted[base + 1];
  return next === undefined ? sorted[base] : sorted[base]! + (position - base) * (next - sorted[base]!);
}

/** Digits of a 64-bit whole number: negative ones show their two's complement. */
function inBase(number: unknown, base: number, length?: number): string {
  const text = BigInt.asUintN(64, BigInt(Math.trunc(Number(number)))).toString(base);
  return length === undefined ? text : leftPad(text, length, "0");
}

function fromBase(text: unknown, base: number): number {
  const digits = String(text);
  const value = Number.parseInt(digits, base);
  if (Number.isNaN(value) || !/^[+-]?[0-9a-z]+$/i.test(digits))
    throw new JavaException(
      "java.lang.NumberFormatException",
      `For input string: "${digits}"${base === 10 ? "" : ` under radix ${base}`}`,
    );
  return value;
}

const siUnits: Record<string, number> = {
  da: 1,
  h: 2,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
  Z: 21,
  Y: 24,
  R: 27,
  Q: 30,
  d: -1,
  c: -2,
  m: -3,
  μ: -6,
  n: -9,
  p: -12,
  f: -15,
  a: -18,
  z: -21,
  y: -24,
  r: -27,
  q: -30,
};

/** `250m` is 0.25; a text without unit is returned as it is. */
export function fromSIAbbreviation(text: string): number | string {
  const trimmed = required<string>(text, "", "string").trim();
  const parts = /(-?[0-9.]+)\s*([a-zA-Zμ]+)/.exec(trimmed);
  if (parts === null) return trimmed;
  return Number(parts[1]) * 10 ** (siUnits[parts[2]!] ?? 0);
}

export function int2IP(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}

export function IP2int(address: string): number {
  return address.split(".").reduce((sum, octet) => (sum << 8) + Number.parseInt(octet, 10), 0) >>> 0;
}

export const fromByte = (byte: number) => byte & 0xff;

export const toHex = (number: unknown, length?: number) => inBase(number, 16, length);

export const toOctal = (number: unknown, length?: number) => inBase(number, 8, length);

export const toBinary = (number: unknown, length?: number) => inBase(number, 2, length);

export const fromHex = (text: unknown) => fromBase(text, 16);

export const fromOctal = (text: unknown) => fromBase(text, 8);

export const fromBinary = (text: unknown) => fromBase(text, 2);

export const toBase36 = (number: unknown, length?: number) => {
  const text = Number(number).toString(36);
  return length === undefined ? text : leftPad(text, length, "0");
};

export const fromBase36 = (text: string) => Number.parseInt(text, 36);
