import type * as Excel from "exceljs";
import type { XlsCell, XlsParams, XlsSheet } from "../../runtime/base/operations.js";
import type { StartOperation } from "./operation.js";
import { load } from "./packages.js";

/** Reads or writes a workbook (.xlsx). */
export const startXls: StartOperation<"xls"> = (params, report, bytes) => {
  let isOver = false;
  work(params, bytes).then(
    ({ sheets, made }) => isOver || report.end({ sheets }, made),
    (error: Error) => isOver || report.end({ error: error.message }),
  );
  return {
    cancel() {
      isOver = true;
    },
  };
};

async function work(params: XlsParams, bytes?: Uint8Array): Promise<{ sheets?: XlsSheet[]; made?: Uint8Array }> {
  const { Workbook } = load<typeof Excel>("exceljs");
  const book = new Workbook();
  if (bytes !== undefined && bytes.length > 0) await book.xlsx.load(copyOf(bytes));
  if (params.action === "read") return { sheets: book.worksheets.map(readSheet) };
  for (const sheet of params.sheets) writeSheet(book.getWorksheet(sheet.name) ?? book.addWorksheet(sheet.name), sheet);
  return { made: new Uint8Array(await book.xlsx.writeBuffer()) };
}

function copyOf(bytes: Uint8Array): Excel.Buffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as unknown as Excel.Buffer;
}

function readSheet(sheet: Excel.Worksheet): XlsSheet {
  const cells: XlsCell[] = [];
  sheet.eachRow((row, rowNumber) =>
    row.eachCell((cell, column) => {
      const { formula } = cell;
      const value = formula === undefined ? cell.value : cell.result;
      cells.push({ row: rowNumber, column, formula, ...plain(value, cell) });
    }),
  );
  return { name: sheet.name, cells };
}

/** Rich texts and links as their text, errors as their code. */
function plain(value: unknown, cell: Excel.Cell): Partial<XlsCell> {
  if (value === null || value === undefined) return {};
  if (value instanceof Date) return { dateMs: value.getTime() };
  if (typeof value !== "object") return { value: value as string };
  return { value: String((value as { error?: string }).error ?? cell.text) };
}

function writeSheet(sheet: Excel.Worksheet, { cells, widths, heights, filter, dateFormat }: XlsSheet): void {
  for (const { row, column, value, dateMs, formula, style } of cells) {
    const cell = sheet.getCell(row, column);
    cell.value =
      formula !== undefined ? { formula, date1904: false } : dateMs !== undefined ? new Date(dateMs) : (value ?? null);
    if (style !== undefined) Object.assign(cell, style);
    if (dateMs !== undefined && dateFormat !== undefined) cell.numFmt = dateFormat;
  }
  for (const column of Object.keys(widths ?? {})) sheet.getColumn(Number(column)).width = widths![column];
  for (const row of Object.keys(heights ?? {})) sheet.getRow(Number(row)).height = heights![row]!;
  if (filter !== undefined) sheet.autoFilter = filter;
}
