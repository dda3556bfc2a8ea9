import Table from "cli-table3";
import cliTruncate from "cli-truncate";
import { colorsFor, widthOf } from "./terminal.js";

/** Columns are separated by two spaces, without lines. */
const NO_LINES = Object.fromEntries(
  "top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid"
    .split(" ")
    .map((name) => [name, ""]),
);

/** A column of a table. */
export interface Column<Row> {
  title: string;
  text(row: Row): string;
  isRight?: boolean;
}

/** Prints rows in aligned columns below their titles. */
export function printTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const colors = colorsFor("stdout");
  const table = new Table({
    head: columns.map(({ title }) => colors.dim(title)),
    colAligns: columns.map(({ isRight }) => (isRight ? "right" : "left")),
    chars: { ...NO_LINES, middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => columns.map(({ text }) => text(row))));
  const width = widthOf("stdout");
  for (const line of table.toString().split("\n")) {
    process.stdout.write(`${cliTruncate(line.trimEnd(), width)}\n`);
  }
}
