import { jobScope } from "../../base/job-scope.js";
import { isDate, isString } from "../../base/values/types.js";
import { visibleLength } from "./visible-length.js";
import { wordWrap } from "./word-wrap.js";

/**
 * Rows of a table as lines that fit into `width`: wide columns are wrapped word by word, a row that needs several lines
 * becomes several rows. Every cell is filled up to its column.
 * @param separatorWidth columns between two cells
 * @param lineBetween makes the cell of a line between rows; undefined for no such lines
 */
export function wordWrapRows(
  rows: readonly any[],
  width: number,
  separatorWidth: number,
  lineBetween: ((width: number) => string) | undefined,
): WrappedRows {
  const names = Object.keys(rows[0] ?? {});
  const layout = layoutOf(rows, names, width, separatorWidth);
  const lines: Record<string, string>[] = [];
  const ends: number[] = [];
  let height = 0;
  for (const row of rows) {
    const cells = names.map((name, index) => layout.cell(row[name], index));
    // A row is never lower than the highest before it: the reference shows tables that way.
    height = Math.max(height, ...cells.map((cell) => cell.length));
    for (let at = 0; at < height; at++)
      lines.push(lineOf(names, (index) => filled(cells[index]![at] ?? "", layout.shown[index]!)));
    if (lineBetween !== undefined) lines.push(lineOf(names, (index) => lineBetween(layout.shown[index]!)));
    ends.push(lines.length);
  }
  return { lines, ends };
}

export interface WrappedRows {
  lines: Record<string, string>[];
  /** For each row how many lines there are up to its end. */
  ends: number[];
}

const lineOf = (names: string[], cell: (index: number) => string): Record<string, string> =>
  Object.fromEntries(names.map((name, index) => [name, cell(index)]));

const filled = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - visibleLength(text)));

function layoutOf(rows: readonly any[], names: string[], width: number, separatorWidth: number) {
  const titles = names.map(visibleLength);
  const natural = names.map((name, index) =>
    Math.max(titles[index]!, ...rows.map((row) => visibleLength(textOf(row[name])))),
  );
  const separators = separatorWidth * (names.length - 1);
  const total = natural.reduce((sum, size) => sum + size, 0) + separators + 1;
  const share = Math.ceil(width / names.length);
  const isNarrowed = natural.map((size, index) => total > width && titles[index]! < size - share);
  const fixed =
    total > width
      ? natural.reduce((sum, size, index) => (isNarrowed[index] ? sum : sum + size), separators)
      : separators;
  const sizes = natural.map((size, index) =>
    isNarrowed[index] ? Math.max(titles[index]!, Math.round((size * (width - fixed)) / (total - fixed))) : size,
  );
  const factor = jobScope.__flags?.TABLE?.wordWrapLimitFactor ?? 2;
  const most = width * factor;
  const limited = (value: unknown) =>
    isString(value) && factor > 0 && visibleLength(value) > most ? `${value.slice(0, most)}...` : value;
  return {
    shown: sizes.map((size) => (factor > 0 && size > most ? most : size)),
    cell(value: unknown, index: number): string[] {
      const shown = isDate(value) ? value.toISOString() : value;
      return String(limited(isNarrowed[index] ? wordWrap(shown, sizes[index]!) : shown)).split("\n");
    },
  };
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return isDate(value) ? value.toISOString() : String(value);
}
