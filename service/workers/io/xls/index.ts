/**
 * Spreadsheets (.xlsx: ECMA-376, SpreadsheetML). A workbook is changed where a job has changed it: everything else in it stays
 * as it was, also what nobody here knows (charts, images, macros, conditions).
 */
import type { XlsSheet } from "../../../runtime/base/operations.js";
import type { StartOperation } from "../operation.js";
import { readCells } from "./read-cells.js";
import { SheetWriter } from "./sheet-writer.js";
import { Workbook } from "./workbook.js";

/** Reads or writes a workbook. */
export const startXls: StartOperation<"xls"> = (params, report, bytes) => {
  try {
    const workbook = new Workbook(bytes?.length ? bytes : undefined);
    if (params.action === "read") report.end({ sheets: read(workbook) });
    else report.end({}, write(workbook, params.sheets));
  } catch (error) {
    report.end({ error: (error as Error).message });
  }
  return { cancel: () => undefined };
};

function read(workbook: Workbook): XlsSheet[] {
  return workbook.sheets.map(({ name, part }) => ({ name, cells: readCells(workbook, part) }));
}

function write(workbook: Workbook, sheets: readonly XlsSheet[]): Uint8Array {
  for (const sheet of sheets) {
    const there = workbook.sheets.find(({ name }) => name === sheet.name) ?? workbook.addSheet(sheet.name);
    new SheetWriter(workbook, there).write(sheet);
  }
  return workbook.save();
}
