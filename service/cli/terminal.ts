import picocolors from "picocolors";
import type { Column } from "./table.js";

type Colors = ReturnType<typeof picocolors.createColors>;

/** Is the stream a terminal? Colours, progress and questions are only for terminals. */
export function isTerminal(stream: "stdout" | "stderr"): boolean {
  return process[stream].isTTY === true;
}

/**
 * Colours for a stream: only in a terminal, and not with NO_COLOR (https://no-color.org) or TERM=dumb; FORCE_COLOR asks for
 * them anywhere.
 */
export function colorsFor(stream: "stdout" | "stderr"): Colors {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const isWanted = FORCE_COLOR ? FORCE_COLOR !== "0" : isTerminal(stream) && TERM !== "dumb";
  return picocolors.createColors(isWanted && !NO_COLOR);
}

/** Width of the terminal of a stream; 80, as usual, where there is none. */
export function widthOf(stream: "stdout" | "stderr"): number {
  return process[stream].columns || 80;
}

/** Is JSON wanted? It is if a flag asks for it or the output is not a terminal. */
export function wantsJson(isAskedFor: boolean): boolean {
  return isAskedFor || !isTerminal("stdout");
}

/** Prints a value as indented JSON. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Prints rows as a table; loads the code for tables only then. */
export async function showTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Promise<void> {
  (await import("./table.js")).printTable(columns, rows);
}
