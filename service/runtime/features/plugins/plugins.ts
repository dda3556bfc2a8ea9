import { isUnDef } from "../../base/values/types.js";
import { SshChain } from "./ssh-chain.js";
import type { Xls } from "./xls.js";
import type { Sheet } from "./xls-sheet.js";
import { type CellStyle, styleOf } from "./xls-styles.js";

/** Plugins that need no JVM: their classes are there without `plugin("…")`. */

/** A list of maps as a table with a bold header, its columns as wide as they need. */
export function setTable(
  book: Xls,
  sheet: Sheet,
  column: unknown,
  row: number,
  list: any[],
  withFilter?: unknown,
  header: unknown = { bold: true },
  lines?: unknown,
): void {
  if (!Array.isArray(list) || list.length === 0) return;
  book.setTable(sheet, column, row, list, header, lines);
  const left = book.toNumber(column);
  const right = left + Object.keys(list[0]).length - 1;
  for (let at = left; at <= right; at++) book.autoSizeColumn(sheet, at);
  if (withFilter) sheet.setAutoFilter(`${book.toName(left)}${row}:${book.toName(right)}${Number(row) + list.length}`);
}

export const $ssh = (target: unknown) => new SshChain(target);

export const init = () => undefined;

export const getStyle = (_book: Xls, map: unknown): CellStyle => styleOf(map);

/** Also without the workbook. */
export const autoFilter = (book: Xls | Sheet, sheet: Sheet | string, range?: string) =>
  isUnDef(range) ? (book as Sheet).setAutoFilter(sheet) : (sheet as Sheet).setAutoFilter(range);
