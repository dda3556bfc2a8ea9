import { isObject } from "../../base/values/types.js";

/** Tables in Markdown. */

/** The helper `$mdtable`: cells are escaped. `mdTable(rows)` or `mdTable(names, rows)`. */
export function mdTable(namesOrRows: any, maybeRows?: any): string {
  if (!Array.isArray(namesOrRows)) return "";
  const hasNames = Array.isArray(maybeRows);
  const rows: any[] = hasNames ? maybeRows : namesOrRows;
  const names: string[] = hasNames ? namesOrRows : Object.keys(rows[0] ?? {});
  const line = (cells: readonly unknown[]) => `| ${cells.map(escapedCell).join(" | ")} |`;
  return [line(names), line(names.map(() => "---")), ...rows.map((row) => line(cellsOf(row, names)))].join("\n");
}

function cellsOf(row: any, names: string[]): unknown[] {
  if (Array.isArray(row)) return names.map((_name, index) => row[index]);
  if (isObject(row)) return names.map((name) => row[name]);
  return names.map((_name, index) => (index === 0 ? row : ""));
}

function escapedCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  return String(value).replace(/\|/g, "\\|").replace(/\r?\n/g, "<br/>");
}

/** The table of `ow.template.md.table`: no escaping, dashes as long as the names, a final line end. */
export function plainMdTable(rows: any[]): string {
  if (rows.length === 0) return "";
  const names = Object.keys(rows[0]);
  const lines = rows.map((row) => `| ${Object.values(row).join(" | ")} |\n`);
  return `| ${names.join(" | ")} |\n|-${names.map((name) => "-".repeat(name.length)).join("-|-")}-|\n${lines.join("")}`;
}

/** Reads either back into rows of texts. */
export function rowsOfMdTable(text: string): Record<string, string>[] {
  const lines = text.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const names = (lines[0] ?? []).slice(1, -1);
  const rows: Record<string, string>[] = [];
  for (const cells of lines.slice(2)) {
    if (cells.length === 1) continue;
    const row: Record<string, any> = {};
    for (const [index, name] of names.entries()) row[name] = cells.slice(1, -1)[index];
    rows.push(row);
  }
  return rows;
}
