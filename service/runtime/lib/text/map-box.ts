import { maxOf, pushAll } from "../../base/values/lists.js";
import { isFunction, isMap } from "../../base/values/types.js";
import { visibleLength } from "./visible-length.js";
import { wordWrap } from "./word-wrap.js";

/** Maps and lists drawn in boxes: keys right aligned in one column, what they hold in the columns after it. */
interface Cell {
  text: string;
  side: "left" | "right" | "middle";
  colour: "key" | "value";
  value?: unknown;
}

interface Matrix {
  rows: Cell[][];
  /** Rows a line is drawn above of. */
  rules: Set<number>;
}

export interface BoxOptions {
  theme: "utf" | "plain";
  /** Most columns of the whole. */
  width: number;
  paint(part: "key" | "value" | "line", text: string, value?: unknown): string;
}

/** @throws text when it is neither map nor list */
export function drawBox(value: unknown, options: BoxOptions): string {
  if (!isBranch(value)) throw "Not a map or array.";
  const matrix: Matrix = { rows: [], rules: new Set() };
  place(value, 0, 0, matrix);
  const columns = maxOf(matrix.rows.map((row) => row.length));
  const widths = widthsOf(matrix.rows, columns, options.width);
  const out = [rule("top", widths, options)];
  for (const [index, row] of matrix.rows.entries()) {
    if (matrix.rules.has(index)) out.push(rule("middle", widths, options));
    pushAll(out, drawRow(row, widths, options));
  }
  out.push(rule("bottom", widths, options));
  return `${out.join("\n")}\n`;
}

const isBranch = (value: unknown): boolean => isMap(value) || Array.isArray(value);

/** Puts the entries from row `x` on, keys in column `y`; gives the number of rows it took, a line's included. */
function place(value: any, x: number, y: number, matrix: Matrix): number {
  const isList = Array.isArray(value);
  const keys = Object.keys(value).filter((key) => isList || !isFunction(value[key]));
  let at = x;
  const put = (row: number, column: number, cell: Cell) => {
    matrix.rows[row] ??= [];
    matrix.rows[row]![column] = cell;
  };
  for (const key of keys) {
    const entry = value[key];
    put(at, y, { text: isList ? `[${key}]` : `${key}:`, side: "right", colour: "key" });
    if (!isBranch(entry)) {
      put(at, y + 1, { text: String(entry), side: "left", colour: "value", value: entry });
      at++;
      continue;
    }
    if (at !== 0 && !matrix.rules.has(at - 1)) matrix.rules.add(at);
    at += place(entry, at, y + 1, matrix) - 1;
  }
  if (keys.length === 0) {
    put(at, y, { text: isList ? "[]" : "{}", side: "middle", colour: "key" });
    put(at, y + 1, { text: "-", side: "left", colour: "value" });
    at++;
  }
  matrix.rules.add(at);
  return at + 1 - x;
}

function widthsOf(rows: Cell[][], columns: number, most: number): number[] {
  const widths = Array.from({ length: columns }, (_entry, column) =>
    Math.max(2, ...rows.map((row) => (row[column] === undefined ? 0 : visibleLength(row[column]!.text) + 2))),
  );
  const sum = () => widths.reduce((total, width) => total + width, 0);
  if (sum() + 2 * columns <= most) return widths;
  // The widest column gives way, down to the next wider one, until all fits or only narrow ones are left.
  while (sum() > most - columns) {
    const widest = widths.indexOf(maxOf(widths));
    if (widths[widest]! <= 9) break;
    const next = Math.max(-1, ...widths.filter((width) => width < widths[widest]!));
    widths[widest] = Math.max(10, next > 9 ? next : 0, widths[widest]! - (sum() - (most - columns)));
    if (widths.every((width) => width <= 10)) break;
  }
  return widths;
}

const signs = {
  utf: { across: "─", down: "│", top: "╭┬╮", middle: "├┼┤", bottom: "╰┴╯" },
  plain: { across: "-", down: "|", top: "+++", middle: "+++", bottom: "+++" },
} as const;

function rule(place: "top" | "middle" | "bottom", widths: number[], options: BoxOptions): string {
  const { across, [place]: corners } = signs[options.theme];
  return options.paint("line", corners[0] + widths.map((width) => across.repeat(width)).join(corners[1]) + corners[2]);
}

function drawRow(row: Cell[], widths: number[], options: BoxOptions): string[] {
  const down = options.paint("line", signs[options.theme].down);
  const cells = widths.map((width, column) => {
    const text = row[column]?.text.trim() ?? "";
    return wordWrap(text, Math.max(1, width - 2)).split("\n");
  });
  const height = maxOf(cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_line, at) => {
    const parts = widths.map((width, column) => {
      const cell = row[column];
      const text = cells[column]![at] ?? "";
      return cell === undefined || text === "" ? " ".repeat(width) : aligned(text, width, cell, options);
    });
    return down + parts.join(down) + down;
  });
}

function aligned(text: string, width: number, cell: Cell, options: BoxOptions): string {
  const room = Math.max(0, width - 2 - visibleLength(text));
  const before = cell.side === "right" ? room : cell.side === "middle" ? Math.floor(room / 2) : 0;
  const shown = options.paint(cell.colour, text, cell.value);
  return ` ${" ".repeat(before)}${shown}${" ".repeat(room - before)} `;
}
