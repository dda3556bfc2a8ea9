import { isContainer, isMap } from "../../../base/values/types.js";
import { world } from "../../../base/world.js";
import { fromBytes2String, toBase64Bytes } from "../../../lib/bytes/encodings.js";
import { stringify } from "../../../lib/data/json.js";
import { toSlon } from "../../../lib/data/slon.js";
import { toToml } from "../../../lib/data/toml.js";
import { toXml } from "../../../lib/data/xml.js";
import { toYAML } from "../../../lib/data/yaml.js";
import { readText, writeText } from "../../../lib/files/text.js";
import { path } from "../../../lib/query/path.js";
import { templify } from "../../../lib/template/template.js";
import { output } from "../../../lib/terminal/output.js";
import { print } from "../../../lib/terminal/print.js";
import { plainMdTable } from "../../../lib/text/md-table.js";
import type { AnyMap } from "../../model/shapes.js";
import { isOn, settings } from "./input.js";

/** Takes a text to where the parameters say. */
type Emit = (text: unknown) => void;

/** Formats beside those of `ojob output`. */
const writers: Record<string, (value: any, emit: Emit, params: AnyMap) => void> = {
  raw: (value, emit) => emit(typeof value === "string" ? value : stringify(value, undefined, "")),
  pjson: (value, emit) => emit(stringify(value)),
  lines: each((entry) => entry),
  ndjson: each((entry) => stringify(entry, undefined, "")),
  ndslon: each((entry) => toSlon(entry)),
  toml: (value, emit) => emit(toToml(Array.isArray(value) ? { list: value } : value)),
  xml: (value, emit, { outxmlprefix }) => emit(toXml(value, true, outxmlprefix)),
  mdtable: (value, emit) => Array.isArray(value) && emit(plainMdTable(value)),
  mdyaml: (value, emit) =>
    emit((Array.isArray(value) ? value : [value]).map((entry) => toYAML(entry)).join("\n---\n\n")),
  base64: (value, emit, { base64gzip }) =>
    emit(base64(typeof value === "string" ? value : stringify(value), isOn(base64gzip))),
  md: (value, emit, { mdtemplate }) =>
    emit(output(isOn(mdtemplate) ? templify(value) : value, { __format: "md" }, undefined, true)),
  template: filledTemplate,
};

/** Formats of `ojob output`. */
const shared = new Set(
  (
    "json prettyjson gb64json slon yaml kyaml lkyaml toon text tree mtree btree map html jsmap cjson cslon cyaml ckyaml clkyaml ctree " +
    "table stable ctable csv res key args pm"
  ).split(" "),
);

/**
 * Writes a value in the format of `params.out`: printed, into `outfile`, or on to the parameters of `pipe`.
 * @throws text for a format that is not there
 */
export function writeOutput(value: any, params: AnyMap, piped: (text: unknown, params: AnyMap) => void): void {
  const format = String(params.out ?? world.host.process.env("OAFP_OUTPUT") ?? "ctree").toLowerCase();
  const emit: Emit = (text) => {
    if (text === undefined) return;
    if (params.outfile !== undefined) writeFile(params, text);
    else if (params.pipe !== undefined) piped(text, settings(params.pipe));
    else print(text);
  };
  if (Object.hasOwn(writers, format)) writers[format]!(value, emit, params);
  else if (shared.has(format) || format.startsWith("set_")) {
    const csv = isMap(params.csv) ? stringify(params.csv, undefined, "") : params.csv;
    emit(output(value, { __format: format, __key: params.__key, __csv: csv }, undefined, true));
  } else
    throw `oafp: the output format '${format}' is not available in the embedded engine; there are ${[...Object.keys(writers), ...shared].join(", ")}`;
}

function each(form: (entry: any) => unknown) {
  return (value: any, emit: Emit): void => {
    if (Array.isArray(value)) for (const entry of value) emit(form(entry));
    else emit(isContainer(value) ? form(value) : value);
  };
}

function writeFile({ outfile, outfileappend }: AnyMap, text: unknown): void {
  const isAdded = isOn(outfileappend);
  writeText(outfile, isAdded ? `${text}\n` : String(text), undefined, isAdded);
}

function base64(text: string, isPacked: boolean): string {
  const bytes = world.host.bytes.encode(text);
  return fromBytes2String(toBase64Bytes(isPacked ? world.host.bytes.gzip(bytes) : bytes));
}

/** The template is a file, a path into the value, or with `templatetmpl` the text itself. */
function filledTemplate(value: any, emit: Emit, params: AnyMap): void {
  const { template, templatepath, templatetmpl, templatedata } = params;
  if (typeof value === "string") return emit(value);
  if (template === undefined && templatepath === undefined)
    throw "oafp: for the output format 'template' give a file as template, or a templatepath into the data";
  const text = template === undefined ? path(value, templatepath) : isOn(templatetmpl) ? template : readText(template);
  emit(templify(text, templatedata === undefined ? value : path(value, templatedata)));
}
