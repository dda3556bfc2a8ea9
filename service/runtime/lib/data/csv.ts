import { jobScope } from "../../base/job-scope.js";
import { JavaException } from "../../base/values/errors.js";
import { isDate, isMap } from "../../base/values/types.js";
import { oneOf, optional, required } from "../text/check.js";
import { type CsvFormat, csvFormats, type QuoteMode, readCsvLines, writeCsvLine } from "../text/csv-format.js";
import { SimpleCsv } from "../text/simple-csv.js";
import { stringify } from "./json.js";

/** CSV text to rows and back (`$csv`, `toCSV`, `CSV`). */

/** As `$csv` takes them. */
export interface CsvOptions {
  format?: string;
  quoteMode?: string;
  /** Is there a line of names? */
  withHeader?: boolean;
  /** The names, when the text holds none. */
  withHeaders?: string[];
  withDelimiter?: string;
  withEscape?: string;
  withNullString?: string;
}

const defaults: CsvOptions = { quoteMode: "MINIMAL", withHeader: true };

function formatOf(options: CsvOptions): CsvFormat {
  const base = csvFormats[String(options.format ?? "DEFAULT").toUpperCase()] ?? csvFormats.DEFAULT!;
  const format: CsvFormat = {
    ...base,
    quoteMode: String(options.quoteMode ?? base.quoteMode).toUpperCase() as QuoteMode,
    delimiter: options.withDelimiter?.[0] ?? base.delimiter,
    escape: options.withEscape?.[0] ?? base.escape,
    nullText: options.withNullString ?? base.nullText,
  };
  if (format.quoteMode === "NONE" && format.escape === undefined)
    throw new JavaException(
      "java.lang.IllegalArgumentException",
      "Quote mode set to NONE but no escape character is set",
    );
  return format;
}

/** @param rows maps; the keys of the first one are the columns */
export function toCsvText(rows: readonly any[], options: CsvOptions = {}): string {
  if (rows.length === 0) return "";
  return write(rowsOf(rows), { ...defaults, ...options, withHeaders: Object.keys(rows[0]) });
}

function* rowsOf(rows: readonly any[]): Generator<any> {
  for (const row of rows) {
    if (!isMap(row)) return;
    yield { ...row };
  }
}

function write(rows: Iterable<any>, options: CsvOptions): string {
  const format = formatOf(options);
  const names = options.withHeaders ?? [];
  let text = options.withHeader !== false && names.length > 0 ? writeCsvLine(names, format) + format.lineEnd : "";
  for (const row of rows) {
    prepare(row);
    // The reference moves later values up when a key is missing: readers of its output see that too.
    const values = names.filter((name) => name in row).map((name) => row[name]);
    while (values.length < names.length) values.push(null);
    text += writeCsvLine(values, format) + format.lineEnd;
  }
  return text;
}

/** Dates become ISO texts; a map or list as value is written as the JSON of its whole row. */
function prepare(row: Record<string, any>): void {
  for (const key of Object.keys(row)) {
    const value = row[key];
    if (value === undefined) row[key] = null;
    else if (isDate(value)) row[key] = value.toISOString();
    else if (isMap(value) || Array.isArray(value)) row[key] = stringify(row, undefined, "");
  }
}

/** Rows as maps of texts; a short line lacks its last keys, cells beyond the names are `f2`, `f3`, … by their place. */
export function fromCsvText(text: string, options: CsvOptions = {}): any[] {
  const settings = { ...defaults, ...options };
  const lines = readCsvLines(text, formatOf(settings));
  let names = settings.withHeaders;
  if (names === undefined && settings.withHeader !== false) names = (lines.shift() ?? []).map(String);
  else if (names !== undefined && settings.withHeader === false) lines.shift();
  return lines.map((line) => {
    const row: Record<string, string | null> = {};
    for (const [index, cell] of line.entries()) row[names?.[index] ?? `f${index}`] = cell;
    return row;
  });
}

const quoteModes = ["all", "all_non_null", "minimal", "non_numeric", "none"];
const formatOrder = [
  "default",
  "excel",
  "informix_unload_csv",
  "informix_unload",
  "mysql",
  "rfc4180",
  "oracle",
  "postgresql_csv",
  "postgresql_text",
  "tdf",
];

/** A chain that ends in one of the `from…`/`to…` verbs that have an effect. */
export function $csv(given?: CsvOptions): any {
  let settings: CsvOptions = { ...defaults, ...optional(given, "aMap", "map", {}) };
  let source: (() => string) | undefined;
  let target: ((text: string) => void) | undefined;

  const emit = (text: string): any => {
    if (target === undefined) return text;
    target(text);
    return true;
  };
  const chain = {
    fromInFn: (next: () => any) => {
      const rows = function* () {
        for (let row = next(); isMap(row); row = next()) yield row;
      };
      return emit(write(rows(), settings));
    },
    fromInArray: (rows: any[], next?: () => any) => {
      const list = optional<any[]>(rows, "array", "array", []);
      if (list.length === 0) return "";
      settings.withHeaders = Object.keys(list[0]);
      return next === undefined ? emit(write(rowsOf(list), settings)) : chain.fromInFn(next);
    },
    fromInString: (text: unknown) => from(() => String(text)),
    fromInFile: (file: string) => from(() => jobScope.af.fromInputStream2String(jobScope.io.readFileStream(file))),
    fromInStream: (stream: any) => from(() => jobScope.af.fromInputStream2String(stream)),
    toOutStream: (stream: any) => to((text) => writeStream(stream, text)),
    toOutFile: (file: string, append?: boolean) => {
      if (append) chain.setHeader(false);
      return to((text) => jobScope.io.writeFileString(file, text, undefined, append === true));
    },
    toOutFn: (each: (row: any) => void) => {
      if (source === undefined) throw "Require 'fromStream'";
      for (const row of fromCsvText(source(), settings)) each(row);
      return true;
    },
    toOutArray: () => {
      const rows: any[] = [];
      chain.toOutFn((row) => rows.push(row));
      return rows;
    },
    setFormat: (name: string) => set("format", oneOf(name, "format", formatOrder).toUpperCase()),
    setQuoteMode: (name: string) => set("quoteMode", oneOf(name, "quoteMode", quoteModes).toUpperCase()),
    setHeader: (isThere?: boolean) => set("withHeader", optional(isThere, "header", "boolean", true)),
    withHeaders: (names: string[]) => set("withHeaders", required(names, "headers", "array")),
    withDelimiter: (sign?: string) => set("withDelimiter", optional(sign, "delimiter", "string", ",")),
    withEscape: (sign?: string) => set("withEscape", optional(sign, "escape", "string", '"')),
    withNull: (text?: string) => set("withNullString", optional(text, "null", "string", "_NA")),
    getSettings: () => settings,
    setSettings: (map: CsvOptions) => {
      settings = map;
      return chain;
    },
  };
  const from = (read: () => string) => {
    source = read;
    return chain;
  };
  const to = (write: (text: string) => void) => {
    target = write;
    return chain;
  };
  const set = (key: keyof CsvOptions, value: any) => {
    settings[key] = value;
    return chain;
  };
  return chain;
}

function writeStream(stream: any, text: string): void {
  jobScope.ioStreamWrite(stream, text);
  stream.close();
}

export function toCSV(rows: any[]): SimpleCsv {
  const csv = new SimpleCsv();
  csv.toCsv(rows);
  return csv;
}
