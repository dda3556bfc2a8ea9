import { jobScope } from "../../base/job-scope.js";
import { type AnyMap, isNull } from "../../base/values/types.js";
import { check } from "./sigil.js";

/** Splitting text: `splitBySeparator`, `splitBySepWithEnc`, `splitKVBySeparator`, `processExpr`. */

/** @param separator a regular expression that is also put in as text; `\` before it keeps it */
export function splitBySeparator(text?: string | null, separator = ";"): string[] {
  if (isNull(text)) return [];
  return text
    .replace(new RegExp(separator, "g"), `\\${separator}`)
    .replace(new RegExp(`\\\\\\\\(?=${separator})`, "g"), "")
    .split(`\\${separator}`);
}

/**
 * Parts between separators that do not stand inside enclosures, trimmed.
 * @param separator regular expression; inside enclosures what matched it becomes its text
 * @param enclosures pairs of opening and closing text
 * @param keep leaves enclosures around a part that is enclosed as a whole
 */
export function splitBySepWithEnc(text: string, separator?: string, enclosures?: string[][], keep?: boolean): string[] {
  check(text, "text").isString().$_();
  const by: string = check(separator, "separator").isString().default("\\s+");
  const pairs: string[][] = check(enclosures, "enclosures").isArray().default([]);
  const keeps: boolean = check(keep, "includeEnclosures").isBoolean().default(false);
  if (text.length === 0) return [];
  const enclosed = new RegExp(`(${pairs.map(([open, close]) => `\\${open}[^\\${close}]*\\${close}`).join("|")})`, "g");
  let guarded = text;
  for (const part of text.match(enclosed) ?? [])
    guarded = guarded.replace(part, part.replace(new RegExp(by, "g"), "\0"));
  return guarded.split(new RegExp(by)).map((part) => {
    const trimmed = part.replace(/\0/g, by).trim();
    const isWhole = ([open, close]: string[]): boolean => trimmed.startsWith(open!) && trimmed.endsWith(close!);
    return !keeps && pairs.some(isWhole) ? trimmed.slice(1, -1) : trimmed;
  });
}

interface PairOptions {
  /** Between pairs. */
  sep: string;
  /** Between key and value. */
  ksep: string;
  /** Keeps the separator or quote after it. */
  esc: string;
  /** Around values with separators. */
  qto: string;
  /** Value of a key that stands alone. */
  nul: any;
}

const defaults: PairOptions = { sep: " ", ksep: "=", esc: "\\", qto: '"', nul: null };

/** `a=1 b="x y" c` → `{ a: "1", b: "x y", c: null }`. */
export function splitKVBySeparator(text: string, options?: Partial<PairOptions>): AnyMap {
  check(text, "aString").isString().$_();
  const { sep, ksep, esc, qto, nul }: PairOptions = { ...defaults, ...check(options, "aOptions").isMap().default({}) };
  const pairs: AnyMap = {};
  const chars = text.trimStart();
  let key: string | undefined;
  let word = "";
  let inQuotes = false;
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at]!;
    const before = chars[at - 1];
    const isEscaped = at > 0 && before === esc;
    if (!inQuotes && char === sep && before === sep) continue;
    if (!inQuotes && key === undefined && char === ksep && !isEscaped) {
      key = word;
      word = "";
    } else if (!inQuotes && char === sep && (key === undefined || !isEscaped)) {
      if (key === undefined) pairs[word] = nul;
      else pairs[key] = word;
      key = undefined;
      word = "";
    } else if (char === qto && (at === 0 || !isEscaped)) inQuotes = !inQuotes;
    else if (isEscaped && char === esc) word += esc;
    else if (char !== esc || ![sep, '"', "'"].includes(chars[at + 1] as string)) word += char;
  }
  if (word !== "") {
    if (key === undefined) pairs[word] = nul;
    else pairs[key] = word;
  }
  return pairs;
}

/**
 * The pairs of a text (default: `__expr`), and everything the run was given (`__pmIn`), which wins.
 * @param isLower makes the keys lower case
 */
export function processExpr(separator?: string, isLower?: boolean, source?: string): AnyMap {
  const text: string = check(source, "aSource")
    .isString()
    .default(jobScope.__expr ?? "");
  const sep: string = check(separator, "aSep").isString().default(";");
  const pairs: AnyMap = {};
  const add = (map: AnyMap): void => {
    for (const key of Object.keys(map)) pairs[isLower ? key.toLowerCase() : key] = map[key];
  };
  add(splitKVBySeparator(text, { sep, nul: "" }));
  add(jobScope.__pmIn ?? jobScope.__pm ?? {});
  return pairs;
}
