import { jobScope } from "../../base/job-scope.js";
import { check } from "../../lib/maps/sigil.js";
import type { AnyMap } from "../model/shapes.js";
import type { Pack } from "./pack.js";

/** `oJobXLS.yaml`: lists of maps as tables of a spreadsheet file. */

const header = { bold: true, fontPoints: 10, wrapText: true, borderBottom: "thick", borderBottomColor: "red" };
const line = { valign: "top", fontPoints: 10, wrapText: true };

const fileOf = (args: AnyMap): string => check(args.file, "file").isString().$_();

function workbook(args: AnyMap): any {
  const book = jobScope.__xls?.[fileOf(args)];
  if (book === undefined) throw `'${args.file}' is not open: use the job 'oJob XLS Open File' first`;
  return book;
}

function addTable(args: AnyMap): void {
  const book = workbook(args);
  const { row = 1, column = "A" } = args.position ?? {};
  const data: AnyMap[] = check(args.data, "data").isArray().default([]);
  if (data.length === 0) return;
  const sheet = book.getSheet(args.sheet ?? "table");
  const { getStyle, autoFilter } = jobScope.ow.format.xls;
  book.setTable(
    sheet,
    column,
    row,
    data,
    getStyle(book, args.headerStyle ?? header),
    getStyle(book, args.lineStyle ?? line),
  );
  const first: number = book.toNumber(column);
  const count = Object.keys(data[0]!).length;
  if (args.autoResize !== false)
    for (let at = first; at < first + count; at++) book.autoSizeColumn(sheet, book.toName(at));
  if (args.autoFilter !== false) autoFilter(book, sheet, `${column}${row}:${book.toName(first + count - 1)}${row}`);
}

export const xls: Pack = {
  jobs: [
    {
      name: "oJob XLS Open File",
      exec(args) {
        (jobScope.__xls ??= {})[fileOf(args)] = new jobScope.XLS(args.template);
      },
    },
    { name: "oJob XLS Table", exec: addTable },
    {
      name: "oJob XLS Close File",
      exec(args) {
        const book = workbook(args);
        book.writeFile(args.file);
        book.close();
        delete jobScope.__xls![args.file];
      },
    },
  ],
};
