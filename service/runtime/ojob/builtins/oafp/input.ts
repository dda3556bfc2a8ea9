import { jobScope } from "../../../base/job-scope.js";
import { isContainer, toBoolean } from "../../../base/values/types.js";
import { fromBase64, fromBytes2String } from "../../../lib/bytes/encodings.js";
import { fromCsvText } from "../../../lib/data/csv.js";
import { jsonParse, stringify } from "../../../lib/data/json.js";
import { fromJsSlon, fromSlon } from "../../../lib/data/slon.js";
import { fromToml } from "../../../lib/data/toml.js";
import { fromXml } from "../../../lib/data/xml.js";
import { fromYaml } from "../../../lib/data/yaml.js";
import { unzipped } from "../../../lib/files/streams.js";
import { readText } from "../../../lib/files/text.js";
import { $get } from "../../../lib/maps/store.js";
import { rowsOfMdTable } from "../../../lib/text/md-table.js";
import type { AnyMap } from "../../model/shapes.js";

/** The input: one value, or several values that are processed one by one. */
export type Input = { value: any } | { each: any[] };

const readers: Record<string, (text: string, params: AnyMap) => Input> = {
  json: (text) => ({ value: jsonParse(text, undefined, undefined, true) }),
  yaml: (text) => ({ value: fromYaml(text) }),
  slon: (text) => ({ value: fromSlon(text) }),
  toml: (text) => ({ value: fromToml(text) }),
  xml: (text, { xmlignored, xmlprefix, xmlfiltertag }) => ({
    value: fromXml(text, xmlignored, xmlprefix, xmlfiltertag === undefined ? undefined : !isOn(xmlfiltertag)),
  }),
  csv: (text, { incsv, inputcsv }) => ({ value: fromCsvText(text, settings(inputcsv ?? incsv)) }),
  ndjson: (text, { ndjsonjoin }) =>
    listed(
      linesOf(text).map((line) => jsonParse(line, undefined, undefined, true)),
      ndjsonjoin,
    ),
  ndslon: (text, { ndslonjoin }) => listed(linesOf(text).map(fromSlon), ndslonjoin),
  lines: (text, { linesjoin }) => listed(text.trim().split(/\r?\n/), linesjoin),
  raw: (text) => ({ value: text }),
  md: (text) => ({ value: text }),
  mdtable: (text) => ({ value: rowsOfMdTable(text) }),
  base64: (text, { base64gzip }) => ({ value: isOn(base64gzip) ? unpacked(text) : plain(text) }),
  gb64json: (text) => ({ value: jsonParse(unpacked(text)) }),
  key: (text) => ({ value: $get(text) }),
  oaf: (text) => ({ value: (jobScope.eval as typeof eval)(text) }),
};

/** Inputs that need no text. */
const sources: Record<string, () => any> = {
  pm: () => jobScope.__pm._list ?? jobScope.__pm._map ?? jobScope.__pm,
  envs: () => jobScope.getEnvs(),
};

const endings: Record<string, string> = { yml: "yaml", md: "md", txt: "raw" };

/** @throws text for a format that is not there, or when it is not said what to read */
export function inputOf(params: AnyMap): Input {
  const wanted: string | undefined = params.in;
  if (wanted !== undefined && Object.hasOwn(sources, wanted)) return { value: sources[wanted]!() };
  const text = textOf(params);
  const format = wanted ?? guess(params.file, text);
  const read = Object.hasOwn(readers, format) ? readers[format] : undefined;
  if (read === undefined)
    throw `oafp: the input format '${format}' is not available in the embedded engine; there are ${Object.keys({ ...readers, ...sources }).join(", ")}`;
  return read(text, params);
}

function textOf(params: AnyMap): string {
  if (params.file !== undefined) return readText(params.file);
  if (params.cmd !== undefined) return jobScope.$sh(params.cmd).get(0).stdout;
  if (isContainer(params.data)) return stringify(params.data, undefined, "");
  if (params.data !== undefined) return String(params.data);
  if (params.url === undefined) throw "oafp: say what to read: one of data, file, cmd or url, or the input pm or envs";
  const client = jobScope.$rest(settings(params.urlparams));
  const method = String(params.urlmethod ?? "get").toLowerCase();
  const body = params.urldata === undefined ? undefined : settings(params.urldata);
  const reply = ["post", "put", "delete", "head"].includes(method)
    ? client[method](params.url, body)
    : client.get(params.url);
  return typeof reply === "string" ? reply : stringify(reply, undefined, "");
}

function guess(file: string | undefined, text: string): string {
  const ending = file === undefined ? undefined : /\.(\w+)$/.exec(file)?.[1]?.toLowerCase();
  if (ending !== undefined) {
    const format = endings[ending] ?? ending;
    if (Object.hasOwn(readers, format)) return format;
  }
  const start = text.trimStart()[0];
  if (start === "{" || start === "[") return "json";
  if (start === "(") return "slon";
  if (start === "<") return "xml";
  const firstLine = text.trim().split("\n")[0]!;
  if (firstLine.includes(",")) return "csv";
  if (firstLine.includes(": ")) return "yaml";
  throw "oafp: the format of the data is not clear from it; name it with 'in'";
}

const linesOf = (text: string): string[] => text.split(/\r?\n/).filter((line) => line.trim() !== "");

const listed = (values: any[], isJoined: unknown): Input => (isOn(isJoined) ? { value: values } : { each: values });

const plain = (text: string): string => fromBytes2String(fromBase64(text));
const unpacked = (text: string): string => fromBytes2String(unzipped(fromBase64(text)));

/** Is a parameter switched on, as true or as text? */
export function isOn(value: unknown): boolean {
  return value !== undefined && toBoolean(value) === true;
}

/** A map, given as it is or as JSON or SLON. */
export function settings(value: unknown): any {
  if (value === undefined || value === "") return {};
  return typeof value === "string" ? fromJsSlon(value) : value;
}
