import { HttpClient } from "../http/client.js";
import { Email } from "../plugins/email.js";
import { Git } from "../plugins/git.js";
import { Ssh } from "../plugins/ssh.js";
import { SshChain } from "../plugins/ssh-chain.js";
import { Xls } from "../plugins/xls.js";
import type { Sheet } from "../plugins/xls-sheet.js";
import { borderStyle, type CellStyle, colour, styleOf } from "../plugins/xls-styles.js";
import { isUnDef } from "./types.js";

/** Plugins that need no JVM: their classes are there without `plugin("…")`. */

/** A list of maps as a table with a bold header, its columns as wide as they need. */
function setTable(
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

export const scope = {
  XLS: Xls,
  GIT: Git,
  SSH: Ssh,
  $ssh: (target: unknown) => new SshChain(target),
  Email,
  HTTP: HttpClient,
  "ow.format.xls.init": () => undefined,
  "ow.format.xls.getStyle": (_book: Xls, map: unknown): CellStyle => styleOf(map),
  "ow.format.xls.getColor": colour,
  "ow.format.xls.getBorderStyle": borderStyle,
  /** Also without the workbook. */
  "ow.format.xls.autoFilter": (book: Xls | Sheet, sheet: Sheet | string, range?: string) =>
    isUnDef(range) ? (book as Sheet).setAutoFilter(sheet) : (sheet as Sheet).setAutoFilter(range),
  "ow.format.xls.setTable": setTable,
};
