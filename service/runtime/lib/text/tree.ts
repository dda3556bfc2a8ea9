import { isDate, isMap } from "../../base/values/types.js";
import { visibleLength } from "./visible-length.js";

/** Trees of maps and lists, drawn with lines. */
export interface TreeOptions {
  /** ASCII lines and no colour codes around values. */
  noansi: boolean;
  /** Lines as drawn but without any colour. */
  mono: boolean;
  curved: boolean;
  /** Keys of one level take the same room. */
  fullKeySize: boolean;
  /** Keys with their values take the same room. */
  fullValSize: boolean;
  withValues: boolean;
  wordWrap: boolean;
  /** Short corners. */
  compact: boolean;
  /** Columns a wrapped value needs at least. */
  minSize: number;
  /** Longest line; undefined for no limit. */
  width?: number;
  paint: TreePaint;
}

/** Colours of the parts. */
export interface TreePaint {
  line(text: string): string;
  key(text: string): string;
  /** A value with the code that ends its colour. */
  value(value: unknown): string;
  text(text: string): string;
}

interface Corners {
  down: string;
  first: string;
  middle: string;
  last: string;
  only: string;
  indent: number;
}

function cornersOf(options: TreeOptions): Corners {
  const { compact, curved } = options;
  const dash = options.noansi ? (compact ? "" : "-") : compact ? "" : "─";
  const indent = compact ? 2 : 3;
  if (options.noansi && !(compact && options.mono))
    return { down: "|", first: `/${dash} `, middle: `|${dash} `, last: `\\${dash} `, only: `-${dash} `, indent };
  return {
    down: "│",
    first: `${curved ? "╭" : "┌"}${dash} `,
    middle: `├${dash} `,
    last: `${curved ? "╰" : "└"}${dash} `,
    only: `─${dash} `,
    indent,
  };
}

const end = "\x1b[m";

/** @throws text when it is no map or list, or when the width is too small */
export function drawTree(value: unknown, options: TreeOptions): string {
  return drawLevel(value, "", options, cornersOf(options)).join("\n");
}

const isBranch = (value: unknown): boolean => isMap(value) || Array.isArray(value);

function drawLevel(value: any, prefix: string, options: TreeOptions, corners: Corners): string[] {
  if (!isBranch(value)) throw "Not a map or array";
  const { paint } = options;
  const length = options.noansi ? (text: string) => text.length : visibleLength;
  const keys = Object.keys(value);
  const shownKey = (key: string) => (Array.isArray(value) ? `[${key}]` : key);
  const keyWidth = options.fullKeySize ? Math.max(0, ...keys.map((key) => shownKey(key).length)) : undefined;
  const entry = (key: string): string => {
    if (!options.withValues) return key;
    const name = shownKey(key);
    const room = keyWidth === undefined ? "" : " ".repeat(keyWidth - name.length);
    return paint.key(name) + room + (isBranch(value[key]) ? "" : paint.line(": ") + paint.value(value[key]));
  };
  const entryWidth = options.fullValSize ? Math.max(0, ...keys.map((key) => length(entry(key)))) : undefined;

  return keys.map((key, index) => {
    const isLast = index === keys.length - 1;
    const text = entry(key);
    const down = isLast ? " " : corners.down;
    const corner =
      index > 0
        ? prefix + paint.line(isLast ? corners.last : corners.middle)
        : paint.line(keys.length === 1 ? corners.only : corners.first);
    const wrapPrefix = prefix + paint.line(down + " ".repeat((keyWidth ?? length(key)) + corners.indent));
    const body = wrapped(text, wrapPrefix, options, length);
    const room = " ".repeat(entryWidth === undefined ? 1 : entryWidth - length(text) + 1);
    const inner = isBranch(value[key])
      ? drawLevel(
          value[key],
          prefix + paint.line(down + " ".repeat((entryWidth ?? length(text)) + corners.indent)),
          options,
          corners,
        ).join("\n")
      : "";
    return corner + body + room + inner + end;
  });
}

function wrapped(text: string, prefix: string, options: TreeOptions, length: (text: string) => number): string {
  if (!options.wordWrap || options.width === undefined) return text;
  const at = text.indexOf(": ");
  const value = text.slice(at + 2);
  const before = `${prefix} `;
  if (!text.includes("\n") && (at < 0 || length(before) + length(value) - 2 < options.width)) return text;
  const label = text.slice(0, at + 2);
  const lines = cutLines(label, value, options.width - length(before) - 1, options.minSize);
  return label + lines.map((line, index) => (index === 0 ? line : before + options.paint.text(line))).join("\n");
}

function cutLines(label: string, text: string, width: number, minSize: number): string[] {
  if (label.length + minSize >= width || width <= 0)
    throw `Insufficient width (length = ${label.length + minSize}; max = ${width})`;
  const lines: string[] = [];
  let at = 0;
  do {
    const part = text.slice(at, at + width);
    const lineEnd = part.indexOf("\n");
    const blank = part.lastIndexOf(" ");
    const cut =
      lineEnd >= 0 ? lineEnd : text.length > at + width + 1 && blank > 0 && /\S/.test(text[at + width]!) ? blank : -1;
    lines.push(cut < 0 ? part : text.slice(at, at + cut));
    at += cut < 0 ? width : cut + 1;
  } while (at < text.length);
  return lines;
}

/** A value's text in a tree without colours: null and undefined are empty. */
export const bareValue = (value: unknown): string => [value].join("");

/** A value's text in a tree of lines. */
export function shownValue(value: unknown): string {
  return isDate(value) ? value.toISOString().replace("Z", "").replace("T", " ") : String(value);
}
