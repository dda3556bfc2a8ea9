import { jobScope } from "../../base/job-scope.js";
import { isDate, isMap, isNumber } from "../../base/values/types.js";
import { stringify } from "../data/json.js";
import { ansiColor, coloursAreOn } from "../text/ansi.js";
import { optional } from "../text/check.js";
import { colours } from "../text/colours.js";
import { drawBox } from "../text/map-box.js";
import { drawTable, type TablePaint } from "../text/table.js";
import { wordWrapRows } from "../text/table-wrap.js";
import { bareValue, drawTree, shownValue, type TreeOptions } from "../text/tree.js";
import { colorify } from "./colorify.js";

/** Tables, trees and boxes of values as text (`printTable`, `printTree`, `printMap`). They return it. */

/** Lines are drawn with signs of their own unless `__conAnsi` was switched off. */
const drawsLines = (): boolean => jobScope.__conAnsi !== false;

/** Colours of the lines in a table and, without a terminal, only the codes that end one. */
function tablePaint(background: string | undefined): TablePaint {
  const table = colours().table ?? {};
  const start = (colour: string) => ansiColor([background, colour].filter(Boolean).join(","), "", false, false, true);
  const ended = (colour: string) => (text: string) => `${start(colour)}${text}\x1b[m`;
  return {
    title: ended(table.title),
    line: ended(table.lines),
    value: (value, text, isLast) =>
      ansiColor([background, colourOf(value)].filter(Boolean).join(","), text, false, false, !isLast),
  };
}

function colourOf(value: unknown): string {
  const { number, boolean, string, date, default: other } = colours();
  const text = String(value).trim();
  if (isNumber(text)) return number;
  if (text === "true" || text === "false") return boolean;
  if (typeof value === "string") return string;
  return isDate(value) ? date : other;
}

/** @param width -1 or nothing: no limit */
export function printTable(
  rows: any[],
  width?: number,
  showCount?: boolean,
  useAnsi?: boolean,
  theme?: string,
  background?: string,
  _wrap?: boolean,
  hasRowLines?: boolean,
): string {
  const isAnsi = useAnsi ?? (theme === undefined && coloursAreOn());
  return drawTable(rows, {
    width: Number(width ?? -1),
    showCount: showCount === true,
    theme: (theme ?? (drawsLines() ? "utf" : "plain")) === "utf" ? "utf" : "plain",
    hasRowLines: hasRowLines ?? jobScope.__flags?.TABLE?.wordWrapUseSep ?? false,
    ...(isAnsi ? { paint: tablePaint(background) } : {}),
  });
}

function printTree(value: unknown, width?: number, given?: any): string {
  const options = { ...treeDefaults, ...jobScope.__flags?.TREE, ...optional(given, "aOptions", "map", {}) };
  const noansi = given?.noansi ?? !drawsLines();
  const paint = (colour: string | undefined, text: string) =>
    noansi || options.color === false || !coloursAreOn()
      ? text
      : ansiColor([colour, options.bgcolor].filter(Boolean).join(","), text);
  return drawTree(value, {
    ...options,
    noansi,
    width: optional(width, "aWidth", "number", undefined),
    paint: {
      line: (text) => paint(colours().tree?.lines, text),
      key: (text) => paint(colours().key, text),
      text: (text) => paint(colours().string, text),
      value: (entry) => {
        if (noansi) return bareValue(entry);
        const text = paint(colourOf(entry), shownValue(entry));
        return text.endsWith("\x1b[m") ? text : `${text}\x1b[m`;
      },
    },
  });
}

const treeDefaults: Omit<TreeOptions, "paint"> = {
  noansi: false,
  mono: false,
  curved: true,
  fullKeySize: true,
  fullValSize: false,
  withValues: true,
  wordWrap: true,
  compact: true,
  minSize: 5,
};

/** A tree, or where there is no room for one the JSON. */
export function printTreeOrS(value: unknown, width?: number, options?: any): string {
  for (const more of [{}, { fullKeySize: false }]) {
    try {
      return printTree(value, width, { ...options, ...more });
    } catch (error) {
      if (typeof error !== "string") throw error;
    }
  }
  return options?.noansi ? stringify(value) : colorify(value, options);
}

export function printMap(value: unknown, width?: number, theme?: string, useAnsi?: boolean): string {
  const isColoured = (useAnsi ?? true) && coloursAreOn();
  return drawBox(value, {
    theme: (theme ?? (drawsLines() ? "utf" : "plain")) === "utf" ? "utf" : "plain",
    width: optional(width, "", "number", 80),
    paint(part, text, entry) {
      if (!isColoured) return text;
      return ansiColor(
        part === "line" ? colours().table?.lines : part === "key" ? colours().key : colourOf(entry),
        text,
      );
    },
  });
}

export function wordWrapArray(
  rows: any[],
  width: number,
  separatorWidth = 1,
  lineBetween?: (width: number) => string,
  withIndex = false,
): any {
  if (rows.length === 0) return [];
  const { lines, ends } = wordWrapRows(rows, width, separatorWidth, lineBetween);
  return withIndex ? { lines, idx: ends } : lines;
}

export const printTreeOf = (value: unknown, width?: number, options?: any) =>
  printTree(value, width, isMap(options) ? options : undefined);
