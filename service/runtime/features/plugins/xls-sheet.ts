import type { XlsCell, XlsSheet } from "../../base/operations.js";
import { maxOf } from "../../base/values/lists.js";
import { JavaObject } from "../../base/values/object.js";
import { isUnDef } from "../../base/values/types.js";
import { columnName } from "./columns.js";

/** One sheet of a workbook: cells by row and column, both from 1. */
export class Sheet extends JavaObject {
  static override readonly className: string = "org.apache.poi.xssf.usermodel.XSSFSheet";
  readonly widths: Record<number, number> = {};
  readonly heights: Record<number, number> = {};
  filter: string | undefined;
  private readonly cells = new Map<number, Map<number, XlsCell>>();
  private readonly changed = new Set<XlsCell>();

  constructor(
    readonly name: string,
    cells: XlsCell[] = [],
  ) {
    super();
    for (const cell of cells) this.row(cell.row).set(cell.column, cell);
  }

  getSheetName = (): string => this.name;
  setAutoFilter = (range: unknown): void => void (this.filter = String(range));

  put(column: number, row: number, value: unknown, style?: Record<string, unknown>): void {
    const cell: XlsCell = { row, column, ...contentOf(value), style };
    const old = this.row(row).get(column);
    if (old !== undefined) this.changed.delete(old);
    this.row(row).set(column, cell);
    this.changed.add(cell);
  }

  /** A formula is its text, or with `evaluate` the value it had when the workbook was last calculated. */
  value(column: number, row: number, evaluate = false): unknown {
    const cell = this.cells.get(row)?.get(column);
    return cell && shownValue(cell, evaluate);
  }

  described(column: number, row: number, evaluate = false): object {
    const cell = this.cells.get(row)?.get(column);
    if (cell === undefined) return {};
    const described = { type: typeOf(cell), val: shownValue(cell, evaluate) };
    return cell.formula === undefined ? described : { ...described, formula: `=${cell.formula}` };
  }

  allDescribed(left: number, top: number, evaluate = false): object {
    const rows: Record<number, Record<string, object>> = {};
    for (const row of this.rowNumbers(top))
      for (const column of [...this.cells.get(row)!.keys()].sort((a, b) => a - b))
        if (column >= left) (rows[row] ??= {})[columnName(column)] = this.described(column, row, evaluate);
    return rows;
  }

  table(left: number, top: number, evaluate = false): { table?: Record<string, unknown>[] } {
    const [head, ...lines] = this.rowNumbers(top);
    const names: string[] = [];
    for (let column = left; head !== undefined; column++) {
      const name = this.value(column, head, true);
      if (isUnDef(name) || name === "") break;
      names.push(String(name));
    }
    if (names.length === 0) return {};
    const filled = (line: number): Record<string, unknown> => {
      const record: Record<string, unknown> = {};
      const last = maxOf([...this.cells.get(line)!.keys()]) - left;
      // A gap is null; what lies behind the last cell is not there.
      for (const [at, name] of names.entries())
        if (at <= last) record[name] = this.value(left + at, line, evaluate) ?? null;
      return record;
    };
    return { table: lines.map(filled) };
  }

  /** As wide as its longest text. */
  autoSize(column: number): void {
    const lengths = [...this.cells.values()].map((row) => {
      const cell = row.get(column);
      return cell === undefined
        ? 0
        : Math.max(
            ...String(shownValue(cell, true))
              .split("\n")
              .map((text) => text.length),
          );
    });
    this.widths[column] = Math.min(255, Math.max(8, ...lengths) + 2);
  }

  /** The changes to write into the original workbook. */
  toWrite(dateFormat: string): XlsSheet {
    const { name, widths, heights, filter } = this;
    return { name, cells: [...this.changed], widths, heights, filter, dateFormat };
  }

  private row(number: number): Map<number, XlsCell> {
    let row = this.cells.get(number);
    if (row === undefined) {
      row = new Map();
      this.cells.set(number, row);
    }
    return row;
  }

  private rowNumbers(top: number): number[] {
    return [...this.cells.keys()].filter((row) => row >= top).sort((a, b) => a - b);
  }
}

function contentOf(value: unknown): Partial<XlsCell> {
  if (value === undefined || value === null) return {};
  if (Object.prototype.toString.call(value) === "[object Date]") return { dateMs: (value as Date).getTime() };
  if (typeof value === "string" && value.startsWith("=") && value.length > 1) return { formula: value.slice(1) };
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return { value };
  return { value: JSON.stringify(value) };
}

function shownValue({ value, dateMs, formula }: XlsCell, evaluate: boolean): unknown {
  if (formula !== undefined && !evaluate) return formula;
  return dateMs === undefined ? value : new Date(dateMs).toISOString();
}

function typeOf({ value, dateMs, formula }: XlsCell): string {
  if (formula !== undefined) return "FORMULA";
  if (dateMs !== undefined) return "DATE";
  if (typeof value === "number") return "NUMERIC";
  return typeof value === "boolean" ? "BOOLEAN" : value === undefined ? "BLANK" : "STRING";
}
