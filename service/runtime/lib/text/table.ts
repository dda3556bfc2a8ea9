import { isDate, isMap, isString } from "../../base/values/types.js";
import { wordWrapRows } from "./table-wrap.js";
import { visibleLength } from "./visible-length.js";

/** Tables of text: a column for each key of the first row. */
export interface TableOptions {
  /** Widest line; longer tables are wrapped word by word. -1: no limit. */
  width: number;
  /** Adds `[#3 rows]`. */
  showCount: boolean;
  theme: "utf" | "plain";
  /** A line between rows that were wrapped. */
  hasRowLines: boolean;
  /** Writes the parts with their colours (and the codes that end them); undefined for none. */
  paint?: TablePaint;
}

export interface TablePaint {
  title(text: string): string;
  line(text: string): string;
  value(value: unknown, text: string, isLast: boolean): string;
}

const lines = { utf: ["─", "│", "┼"], plain: ["-", "|", "+"] } as const;

/**
 * @param given maps, or single values, which get a column named by a blank. ISO times of 20 and more signs become dates
 *   in the rows themselves
 */
export function drawTable(given: readonly any[], options: TableOptions): string {
  if (!Array.isArray(given) || given.length === 0) return "";
  const [across, down, cross] = lines[options.theme];
  let rows = given.map((row) => (isMap(row) ? row : { " ": row }));
  if (options.width > 0) {
    const between = options.hasRowLines ? (width: number) => "-".repeat(width) : undefined;
    rows = wordWrapRows(rows, options.width, visibleLength(down), between).lines;
  }
  const names = Object.keys(rows[0]!);
  const widths = names.map((name) => Math.max(visibleLength(name), ...rows.map((row) => widthIn(row, name))));
  const { title, line, value } = options.paint ?? plain;

  /** The columns that fit; the first that does not is shown as dots. */
  const columns = (
    cell: (name: string, width: number, isLast: boolean) => string,
    separator: string,
    dots: string,
  ): string => {
    let out = "";
    let size = 1;
    for (const [index, name] of names.entries()) {
      size += widths[index]! + 1;
      if (options.width > 0 && size > options.width + 3) return out + dots;
      const isLast = index === names.length - 1;
      out += cell(name, widths[index]!, isLast) + (isLast ? "" : line(separator));
    }
    return out;
  };
  const fill = (text: string, width: number) => text + " ".repeat(Math.max(0, width - visibleLength(text)));
  let out = `${columns((name, width) => title(fill(name, width)), down, title("..."))}\n`;
  out += `${columns((_name, width) => line(across.repeat(width)), cross, line("..."))}\n`;
  for (const row of rows)
    out += `${columns((name, width, isLast) => value(row[name], fill(cellText(row[name]), width), isLast), down, "...")}\n`;
  if (options.showCount) out += line(`[#${given.length} ${given.length <= 1 ? "row" : "rows"}]`);
  return `${out}\x1b[m`;
}

const plain: TablePaint = { title: (text) => text, line: (text) => text, value: (_value, text) => text };

function widthIn(row: any, name: string): number {
  const value = row[name];
  if (isString(value) && value.length >= 20) {
    const date = new Date(value);
    if (isDate(date)) row[name] = date;
  }
  return visibleLength(
    isDate(row[name]) && isString(value) ? cellText(row[name]) : isDate(value) ? cellText(value) : String(value),
  );
}

function cellText(value: unknown): string {
  return isDate(value) ? value.toISOString().replace("Z", "").replace("T", " ") : String(value).replace(/\n/g, " ");
}
