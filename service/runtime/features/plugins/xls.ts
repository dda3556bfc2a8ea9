import { type JavaBytes, toHost, toJava } from "../../base/values/bytes.js";
import { asStream } from "../../base/values/errors.js";
import { JavaObject } from "../../base/values/object.js";
import { isByteArray, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { ask } from "../../lib/net/ask.js";
import { columnName, columnNumber } from "./columns.js";
import { Sheet } from "./xls-sheet.js";
import { CellStyle, styleOf } from "./xls-styles.js";

/** `plugin("XLS")`: a workbook in memory. The I/O thread reads and writes its form (.xlsx). */
export class Xls extends JavaObject {
  static override readonly className: string = "openaf.plugins.XLS";
  private readonly sheets: Sheet[] = [];
  /** The original workbook: unchanged parts of it are kept. */
  private readonly origin: Uint8Array | undefined;
  private dateFormat = "yyyy-mm-dd h:mm:ss";

  /** @param from file or bytes to begin with; absent: an empty workbook */
  constructor(from?: unknown) {
    super();
    if (isByteArray(from)) this.origin = toHost(from);
    else if (isString(from) && from !== "") this.origin = asStream(from, () => world.host.files.read(from));
    if (this.origin === undefined) return;
    if (this.origin[0] !== 0x50 || this.origin[1] !== 0x4b)
      throw new Error(
        `XLS: ${isString(from) ? `'${from}'` : "this"} is no .xlsx workbook (the older .xls form is not supported)`,
      );
    const { event } = ask("xls", { action: "read" }, { bytes: this.origin, what: "a workbook" });
    if (event.data.error !== undefined) throw new Error(`XLS: ${isString(from) ? `${from}: ` : ""}${event.data.error}`);
    for (const { name, cells } of event.data.sheets!) this.sheets.push(new Sheet(name, cells));
  }

  /** By name or by number from 0; made when it is not there. */
  getSheet(at: unknown): Sheet {
    const name = String(at);
    const found =
      (/^\d+$/.test(name) ? this.sheets[Number(name)] : undefined) ?? this.sheets.find((one) => one.name === name);
    if (found !== undefined) return found;
    const made = new Sheet(name);
    this.sheets.push(made);
    return made;
  }

  getSheetNames = (): string[] => this.sheets.map(({ name }) => name);
  toNumber = (name: unknown): number => columnNumber(name);
  toName = (number: number): string => columnName(number);
  setDataFormat = (format: unknown): void => void (this.dateFormat = String(format));
  getDataFormat = (): string => this.dateFormat;
  close = (): void => undefined;

  getCell = (sheet: Sheet, column: unknown, row: unknown, evaluate?: boolean): object =>
    sheet.described(columnNumber(column), Number(row), evaluate);
  getCellValue = (sheet: Sheet, column: unknown, row: unknown, evaluate?: boolean): unknown =>
    sheet.value(columnNumber(column), Number(row), evaluate) ?? "";
  getCellValues = (sheet: Sheet, evaluate?: boolean, column?: unknown, row?: unknown): object =>
    sheet.allDescribed(isUnDef(column) ? 1 : columnNumber(column), Number(row ?? 1), evaluate);

  /** A table whose first row names its columns: `{ table: [ { name: value } ] }`. */
  getTable = (sheet: Sheet, evaluate?: boolean, column?: unknown, row?: unknown): object =>
    sheet.table(isUnDef(column) ? 1 : Math.max(1, columnNumber(column)), Number(row ?? 1), evaluate);

  setCell(sheet: Sheet, column: unknown, row: unknown, value: unknown, style?: unknown): void {
    sheet.put(columnNumber(column), Number(row), value, lookOf(style));
  }

  /** A list of maps as a table, with the names of its columns in the first row. */
  setTable(sheet: Sheet, column: unknown, row: unknown, list: any[], header?: unknown, lines?: unknown): void {
    const names = [...new Set(list.flatMap((entry) => Object.keys(Object(entry))))];
    const left = columnNumber(column);
    for (const [at, name] of names.entries()) sheet.put(left + at, Number(row), name, lookOf(header));
    for (const [down, entry] of list.entries())
      for (const [at, name] of names.entries())
        sheet.put(left + at, Number(row) + down + 1, entry?.[name], lookOf(lines));
  }

  autoSizeColumn = (sheet: Sheet, column: unknown): void => sheet.autoSize(columnNumber(column));
  /** In 256ths of a character. */
  setColumnWidth = (sheet: Sheet, column: unknown, width: number): void =>
    void (sheet.widths[columnNumber(column)] = width / 256);
  /** In 20ths of a point; rows count from 0 here. */
  setRowHeight = (sheet: Sheet, row: number, height: number): void => void (sheet.heights[row + 1] = height / 20);

  getBytes(): JavaBytes {
    const sheets = this.sheets.map((sheet) => sheet.toWrite(this.dateFormat));
    if (sheets.length === 0) sheets.push(new Sheet("Sheet1").toWrite(this.dateFormat));
    const { event, bytes } = ask("xls", { action: "write", sheets }, { bytes: this.origin, what: "a workbook" });
    if (bytes === undefined) throw new Error(`XLS: ${event.data?.error}`);
    return toJava(bytes);
  }

  writeFile(file: unknown): void {
    const bytes = toHost(this.getBytes());
    asStream(String(file), () => world.host.files.write(String(file), bytes));
  }
}

function lookOf(style: unknown): Record<string, unknown> | undefined {
  return isUnDef(style) || style === null ? undefined : (style instanceof CellStyle ? style : styleOf(style)).look;
}
