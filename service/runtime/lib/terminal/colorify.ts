import { isDate, isMap, isTNumber } from "../../base/values/types.js";
import { ansiColor } from "../text/ansi.js";
import { colours } from "../text/colours.js";

/** JSON with colours (`colorify`, `cprint`); without a terminal the plain JSON. */
interface ColorifyOptions {
  bgcolor?: string;
  /** Keys without quotes. */
  simple?: boolean;
  spacing?: number;
}

/** Texts, null and undefined come back as they are. */
export function colorify(value: any, options: ColorifyOptions = {}): any {
  if (value === undefined || value === null || typeof value === "string") return value;
  const settings = isMap(options) ? (options as ColorifyOptions) : {};
  const paint = (colour: string, text: string) =>
    ansiColor([colour, settings.bgcolor].filter((part) => part !== undefined && part.trim() !== "").join(","), text);
  return write(value, "", settings, paint);
}

function write(
  value: any,
  margin: string,
  options: ColorifyOptions,
  paint: (colour: string, text: string) => string,
): string {
  const isList = Array.isArray(value);
  if (!isList && !isMap(value)) return paint(colourOf(value), scalar(value));
  const keys = Object.keys(value);
  if (keys.length === 0) return paint("", isList ? "[]" : "{}");
  const inner = margin + " ".repeat(options.spacing ?? 2);
  const quote = options.simple ? "" : paint("", '"');
  const lines = keys.map((key) => {
    const label = isList ? "" : quote + paint(colours().key, key) + quote + paint("", ": ");
    return paint("", inner) + label + write((value as any)[key], inner, options, paint);
  });
  return (
    paint("", isList ? "[\n" : "{\n") +
    lines.join(paint("", ",\n")) +
    "\n" +
    paint("", margin) +
    paint("", isList ? "]" : "}")
  );
}

function scalar(value: any): string {
  if (typeof value === "string") return `"${value}"`;
  return isDate(value) ? value.toISOString() : String(value);
}

function colourOf(value: any): string {
  const { number, boolean, string, date, default: other } = colours();
  if (isTNumber(value)) return number;
  if (typeof value === "boolean") return boolean;
  if (typeof value === "string") return string;
  return isDate(value) ? date : other;
}
