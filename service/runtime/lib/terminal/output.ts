import { jobScope } from "../../base/job-scope.js";
import { isMap, isString } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { fromBytes2String, toBase64Bytes } from "../bytes/encodings.js";
import { toCsvText } from "../data/csv.js";
import { jsonParse, stringify } from "../data/json.js";
import { fromSlon, toColouredSlon, toSlon } from "../data/slon.js";
import { toToon } from "../data/toon.js";
import { toXml } from "../data/xml.js";
import { toYAML, toYaml } from "../data/yaml.js";
import { merge } from "../maps/merge.js";
import { $set } from "../maps/store.js";
import { parseQuery } from "../query/nlinq/parse.js";
import { htmlPage } from "../template/html.js";
import { optional } from "../text/check.js";
import { toKyaml } from "../text/kyaml.js";
import { colorify } from "./colorify.js";
import { withMD } from "./markdown.js";
import { print } from "./print.js";
import { printTreeOrS } from "./tables.js";

/** `$output` (also `$o` and `ow.oJob.output`): a value in the format the args ask for, printed, kept or returned. */

/** Names of args that choose a format; each also in capitals. */
interface OutputArgs {
  __format?: string;
  /** JMESPath, nLinq and SQL that choose what is shown, in this order. */
  __path?: string;
  __from?: string;
  __sql?: string;
  /** Options of `$csv` as JSON or SLON. */
  __csv?: string;
  /** Key of the format `key`. */
  __key?: string;
  [key: string]: any;
}

const said = (args: OutputArgs, name: string): any =>
  args[`__${name.toLowerCase()}`] ?? args[`__${name.toUpperCase()}`] ?? undefined;

/** Formats that give a text. */
const texts: Record<string, (value: any, args: OutputArgs) => unknown> = {
  json: (value) => stringify(value, undefined, ""),
  prettyjson: (value) => stringify(value),
  gb64json: (value) => {
    const bytes = world.host.bytes.encode(stringify(value, undefined, "") ?? "");
    return fromBytes2String(toBase64Bytes(world.host.bytes.gzip(bytes)));
  },
  slon: (value) => toSlon(value),
  xml: (value) => toXml(value, true),
  yaml: (value) => toYaml(value),
  kyaml: (value) => toKyaml(value),
  lkyaml: (value) => toKyaml(value, undefined, true, undefined, false),
  toon: (value) => toToon(value),
  text: (value) => String(value),
  tree: (value) => printTreeOrS(value, undefined, { mono: false, color: false }),
  mtree: (value) => printTreeOrS(value, undefined, { noansi: true, mono: true, color: false, curved: false }),
  btree: (value) => printTreeOrS(value, undefined, { noansi: true, mono: false, color: false }),
  map: (value) => jobScope.printMap(value),
  html: (value) => htmlPage(value),
  jsmap: (value) => htmlPage(value),
};

/** The same in colours, which these switch on for the rest of the run. */
const colouredTexts: Record<string, (value: any) => unknown> = {
  cjson: (value) => colorify(value),
  cslon: (value) => toColouredSlon(value),
  cyaml: (value) => toYAML(value, undefined, true, true),
  ckyaml: (value) => toKyaml(value, undefined, true, true),
  clkyaml: (value) => toKyaml(value, undefined, true, true, false),
  ctree: (value) => printTreeOrS(value, undefined, { mono: false, color: true }),
  md: (value) => withMD(String(value)),
};

/** Formats for lists; a map counts as a list of one, anything else prints an empty line. */
const tables: Record<string, (rows: any[], args: OutputArgs) => unknown> = {
  table: (rows) => jobScope.printTable(rows, undefined, undefined, jobScope.__conAnsi !== false, undefined),
  stable: (rows) =>
    jobScope.printTable(rows, undefined, true, jobScope.__conAnsi !== false, undefined, undefined, true, true, true),
  ctable: (rows) =>
    jobScope.printTable(rows, undefined, true, jobScope.__conAnsi !== false, undefined, undefined, true, false, true),
  csv: (rows, args) => toCsvText(rows, csvOptions(said(args, "csv"))),
};

/** Formats that keep the value somewhere. */
const stores: Record<string, (value: any, args: OutputArgs) => void> = {
  res: (value) => value !== undefined && $set("res", value),
  key: (value, args) => value !== undefined && $set(String(said(args, "key") ?? "res"), value),
  args: (value, args) => void Object.assign(args, wrapped(value)),
  pm: (value) => {
    jobScope.__pm = merge(jobScope.__pm, wrapped(value));
  },
};

function wrapped(value: unknown): Record<string, unknown> {
  if (Array.isArray(value)) return { _list: value };
  return isMap(value) ? { _map: value } : { result: value };
}

function csvOptions(text: unknown): any {
  if (!isString(text)) return {};
  return text.trim().startsWith("{") ? jsonParse(text, true) : fromSlon(text);
}

/**
 * @param args name the format and what part of the value is meant
 * @param show prints values for people, when no format was asked for
 * @param isReturned gives the text instead of printing it
 */
export function output(value: unknown, args?: OutputArgs, show?: (value: unknown) => unknown, isReturned = false): any {
  const settings: OutputArgs = args ?? {};
  const emit = (text: unknown): unknown => {
    if (isReturned) return text;
    print(text === undefined ? "" : text);
    return undefined;
  };
  const showHuman = optional<(value: unknown) => unknown>(show, "aFunction", "function", (entry: unknown) =>
    emit(Array.isArray(entry) || isMap(entry) ? printTreeOrS(entry) : isString(entry) ? entry : stringify(entry)),
  );
  const format = String(said(settings, "format") ?? jobScope.__format ?? "human").toLowerCase();
  const chosen = choose(value, settings);

  if (colouredTexts[format] !== undefined) jobScope.__conConsole = jobScope.__ansiColorFlag = true;
  const text = texts[format] ?? colouredTexts[format];
  if (text !== undefined) return emit(text(chosen, settings));
  if (format === "ndjson" && Array.isArray(chosen)) return chosen.map((entry) => emit(stringify(entry, undefined, "")));
  const table = tables[format];
  const rows = isMap(chosen) ? [chosen] : chosen;
  if (table !== undefined && Array.isArray(rows)) {
    if (format === "ctable") jobScope.__conConsole = jobScope.__ansiColorFlag = true;
    return emit(table(rows, settings));
  }
  if (stores[format] !== undefined) stores[format](chosen, settings);
  else if (format.startsWith("set_")) $set(format.slice(4), chosen);
  else if (table === undefined && format !== "ndjson") showHuman(chosen);
  return emit(undefined);
}

function choose(value: unknown, args: OutputArgs): any {
  const [path, from, sql] = ["path", "from", "sql"].map((name) => said(args, name));
  let chosen: any = value;
  if (path !== undefined) chosen = jobScope.$path(chosen, String(path));
  if (from !== undefined) chosen = jobScope.$from(chosen).query(parseQuery(String(from)));
  return sql === undefined ? chosen : jobScope.$sql(chosen, String(sql));
}
