import { isDate, isMap, isNull, isNumber } from "../../base/values/types.js";
import { fromDate } from "../format/dates.js";
import { ansiColor } from "../text/ansi.js";
import { readSlon } from "../text/slon-reader.js";
import { jsonParse } from "./json.js";

/** SLON text to values and back (`af.toSLON`, `af.fromSLON`, `af.fromJSSLON`). */

/** The signs a text is written with; any of them can be given as theme. */
interface Theme {
  startMap: string;
  sepMap: string;
  endMap: string;
  sepKV: string;
  startArr: string;
  sepArr: string;
  endArr: string;
  strQuote: string;
  specialRE: string;
}

const signs: Theme = {
  startMap: "(",
  sepMap: ", ",
  endMap: ")",
  sepKV: ": ",
  startArr: "[",
  sepArr: " | ",
  endArr: "]",
  strQuote: "'",
  specialRE: "[.(,):\\[\\]|']",
};

type Paint = (colour: string, text: string) => string;

/** @returns null for null and undefined */
export function toSlon(value: unknown, theme?: Partial<Theme>): any {
  return write(value, { ...signs, ...(isMap(theme) ? theme : {}) }, (_colour, text) => text);
}

function write(value: any, theme: Theme, paint: Paint): any {
  if (isNull(value)) return null;
  if (isMap(value)) {
    const pairs = Object.keys(value).map(
      (key) => paint("bold", key) + paint("faint", theme.sepKV) + write(value[key], theme, paint),
    );
    return paint("faint", theme.startMap) + pairs.join(paint("faint", theme.sepMap)) + paint("faint", theme.endMap);
  }
  if (Array.isArray(value)) {
    const entries = value.map((entry) => write(entry, theme, paint));
    return paint("faint", theme.startArr) + entries.join(paint("faint", theme.sepArr)) + paint("faint", theme.endArr);
  }
  return paint("reset", writeScalar(value, theme));
}

function writeScalar(value: any, theme: Theme): string {
  if (isDate(value)) return fromDate(value, "yyyy-MM-dd/HH:mm:ss.SSS");
  if (isNumber(value)) return String(value);
  if (typeof value !== "string" || !new RegExp(theme.specialRE).test(value)) return String(value);
  return theme.strQuote + value.split(theme.strQuote).join(`\\${theme.strQuote}`) + theme.strQuote;
}

/** @throws SyntaxError when the text is broken */
export function fromSlon(text: unknown): any {
  return typeof text !== "string" || text === "" ? "" : readSlon(text);
}

/** JSON or SLON by the look of it; text that is neither is returned as it is. */
export function fromJsSlon(text: unknown): any {
  if (typeof text !== "string" || text === "") return text;
  const trimmed = text.trim();
  if (trimmed.startsWith("$raw$")) return trimmed.slice(5);
  try {
    if (trimmed.startsWith("{") || /^\[\s*\{.+\}\s*\]$/.test(trimmed))
      return jsonParse(trimmed, undefined, undefined, true);
    return fromSlon(trimmed);
  } catch (error) {
    if (error instanceof SyntaxError) return trimmed;
    throw error;
  }
}

export const toColouredSlon = (value: unknown, theme?: Partial<Theme>) =>
  write(value, { ...signs, specialRE: "[(,):\\[\\]|']", ...(isMap(theme) ? theme : {}) }, ansiColor);
