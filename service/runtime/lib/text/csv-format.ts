import { JavaException } from "../../base/values/errors.js";

/** Format of CSV text; the named forms are those of Apache Commons CSV. */
export interface CsvFormat {
  delimiter: string;
  /** Undefined: the form knows no quotes. */
  quote: string | undefined;
  escape: string | undefined;
  lineEnd: string;
  /** Text that stands for null. */
  nullText: string | undefined;
  quoteMode: QuoteMode;
  skipsEmptyLines: boolean;
  trims: boolean;
}

export type QuoteMode = "ALL" | "ALL_NON_NULL" | "MINIMAL" | "NON_NUMERIC" | "NONE";

const standard: CsvFormat = {
  delimiter: ",",
  quote: '"',
  escape: undefined,
  lineEnd: "\r\n",
  nullText: undefined,
  quoteMode: "MINIMAL",
  skipsEmptyLines: true,
  trims: false,
};

const unquoted = { quote: undefined, escape: "\\", lineEnd: "\n", skipsEmptyLines: false } as const;

export const csvFormats: Record<string, CsvFormat> = {
  DEFAULT: standard,
  EXCEL: { ...standard, skipsEmptyLines: false },
  INFORMIX_UNLOAD: { ...standard, delimiter: "|", escape: "\\", lineEnd: "\n" },
  INFORMIX_UNLOAD_CSV: { ...standard, lineEnd: "\n" },
  MYSQL: { ...standard, ...unquoted, delimiter: "\t", nullText: "\\N" },
  RFC4180: { ...standard, skipsEmptyLines: false },
  ORACLE: { ...standard, escape: "\\", lineEnd: "\n", nullText: "\\N", skipsEmptyLines: false, trims: true },
  POSTGRESQL_CSV: { ...standard, lineEnd: "\n", nullText: "", skipsEmptyLines: false },
  POSTGRESQL_TEXT: { ...standard, ...unquoted, delimiter: "\t", nullText: "\\N" },
  TDF: { ...standard, delimiter: "\t", trims: true },
};

/** One line of values, without its end. */
export function writeCsvLine(values: readonly unknown[], format: CsvFormat): string {
  return values.map((value, index) => writeCell(value, index === 0, format)).join(format.delimiter);
}

function writeCell(value: unknown, isFirst: boolean, format: CsvFormat): string {
  if (value === null || value === undefined) return format.nullText ?? "";
  const text = String(value);
  if (format.quote === undefined) return format.escape === undefined ? text : escaped(text, format, [format.escape]);
  switch (format.quoteMode) {
    case "ALL":
    case "ALL_NON_NULL":
      return quoted(text, format.quote);
    case "NON_NUMERIC":
      return typeof value === "number" ? text : quoted(text, format.quote);
    case "NONE":
      return escaped(text, format, [format.escape!, format.quote]);
    default:
      return needsQuotes(text, isFirst, format) ? quoted(text, format.quote) : text;
  }
}

const quoted = (text: string, quote: string): string => quote + text.split(quote).join(quote + quote) + quote;

function escaped(text: string, format: CsvFormat, signs: string[]): string {
  let out = "";
  for (const char of text) {
    if (char === "\n") out += `${format.escape}n`;
    else if (char === "\r") out += `${format.escape}r`;
    else if (char === format.delimiter || signs.includes(char)) out += format.escape + char;
    else out += char;
  }
  return out;
}

/** An empty first cell is quoted because the line could be empty otherwise; odd first and last signs to be safe. */
function needsQuotes(text: string, isFirst: boolean, format: CsvFormat): boolean {
  if (text === "") return isFirst;
  if (text[0]! <= "#" || text[text.length - 1]! <= " ") return true;
  return [format.delimiter, format.quote, format.escape, "\n", "\r"].some(
    (sign) => sign !== undefined && text.includes(sign),
  );
}

/** Lines of cells. @throws text when a closing quote is followed by anything but a delimiter or a line end */
export function readCsvLines(text: string, format: CsvFormat): (string | null)[][] {
  const lines: (string | null)[][] = [];
  let line: (string | null)[] = [];
  let at = 0;
  const isLineEnd = () => text[at] === "\n" || text[at] === "\r" || at >= text.length;
  while (at < text.length) {
    if (line.length === 0 && isLineEnd()) {
      if (!format.skipsEmptyLines) lines.push([""]);
      skipLineEnd();
      continue;
    }
    line.push(cell());
    if (text.startsWith(format.delimiter, at)) {
      at += format.delimiter.length;
      if (at < text.length) continue;
      line.push("");
    }
    lines.push(line);
    line = [];
    skipLineEnd();
  }
  return lines;

  function skipLineEnd(): void {
    if (text[at] === "\r" && text[at + 1] === "\n") at++;
    at++;
  }

  function cell(): string | null {
    if (format.trims) while (text[at] === " " || (text[at] === "\t" && format.delimiter !== "\t")) at++;
    if (format.quote !== undefined && text[at] === format.quote) return quotedCell(format.quote);
    let out = "";
    while (!isLineEnd() && !text.startsWith(format.delimiter, at)) out += sign();
    if (format.trims) out = out.trim();
    return out === format.nullText ? null : out;
  }

  function quotedCell(quote: string): string {
    let out = "";
    at++;
    for (;;) {
      if (at >= text.length)
        throw new JavaException("java.io.IOException", "(startline 1) EOF reached before encapsulated token finished");
      if (text[at] === quote) {
        if (text[at + 1] !== quote) break;
        at++;
      }
      out += sign();
    }
    at++;
    while (text[at] === " ") at++;
    if (!isLineEnd() && !text.startsWith(format.delimiter, at))
      throw new JavaException(
        "java.io.IOException",
        `(line ${lines.length + 1}) invalid char between encapsulated token and delimiter`,
      );
    return out;
  }

  function sign(): string {
    const char = text[at++]!;
    if (char !== format.escape) return char;
    const next = text[at++] ?? "";
    const control = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" }[next];
    if (control !== undefined) return control;
    // Only signs with a meaning lose the escape before them: "\\N" stays, since it may stand for null.
    return [format.delimiter, format.quote, format.escape, "\n", "\r"].includes(next) ? next : char + next;
  }
}
