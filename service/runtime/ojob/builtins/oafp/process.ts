import { jobScope } from "../../../base/job-scope.js";
import { jsonParse } from "../../../lib/data/json.js";
import { setPath } from "../../../lib/maps/sigil/paths.js";
import { parseQuery } from "../../../lib/query/nlinq/parse.js";
import type { AnyMap } from "../../model/shapes.js";
import { inputOf } from "./input.js";
import { writeOutput } from "./output.js";
import { isTransform, transform } from "./transforms.js";

/** Known parameters besides the transforms. Unknown ones would change the outcome: they are refused. */
const known = new Set(
  (
    "in input type out output format file cmd data url urlmethod urlparams urldata path opath from ifrom sql isql outkey outputkey " +
    "outfile outfileappend csv incsv inputcsv template templatepath templatedata templatetmpl mdtemplate pipe __key color debug noexit " +
    "base64gzip xmlignored xmlprefix xmlfiltertag outxmlprefix linesjoin ndjsonjoin ndslonjoin"
  ).split(" "),
);

/**
 * Processes data as `oafp` does, for the parameters that need no terminal and no JVM.
 * @throws text that names a parameter or format that is not there
 */
export function processData(given: AnyMap): void {
  const params: AnyMap = {};
  for (const name of Object.keys(given)) params[known.has(name) ? name : name.toLowerCase()] = given[name];
  for (const name of Object.keys(params))
    if (!known.has(name) && !isTransform(name))
      throw `oafp: the parameter '${name}' is not available in the embedded engine`;
  params.in = params.input ?? params.type ?? params.in;
  params.out = params.output ?? params.format ?? params.out;
  const input = inputOf(params);
  // Values that come one by one are looked into as lists of one.
  if ("each" in input) for (const value of input.each) show(processed([value], params)?.[0], params);
  else show(processed(parsed(input.value, params), params), params);
}

/** A text that is JSON itself is meant as what it describes, unless it was asked for raw. */
function parsed(value: any, params: AnyMap): any {
  if (typeof value !== "string" || params.in === "raw") return value;
  const text = value.trim();
  const isJson = (text.startsWith("{") && text.endsWith("}")) || /^\[\s*\{[\s\S]*\]$/.test(text);
  return isJson ? jsonParse(text, undefined, undefined, true) : value;
}

function processed(input: any, params: AnyMap): any {
  if (input === undefined || input === null) return undefined;
  const value = choose(input, params.ifrom, params.isql, params.path);
  const changed = transform(value, params);
  return typeof value === "string" ? changed : choose(changed, params.from, params.sql, params.opath);
}

function show(value: any, params: AnyMap): void {
  if (value === undefined) return;
  const key = params.outkey ?? params.outputkey;
  writeOutput(key === undefined ? value : setPath({}, key, value), params, (text, pipe) =>
    processData({ ...pipe, data: text }),
  );
}

/** List operations, a select and a path, in this order. */
function choose(value: any, from: unknown, sql: unknown, path: unknown): any {
  let chosen = value;
  const query = (): any => parseQuery(String(from).trim());
  if (from !== undefined) chosen = jobScope.$from(Array.isArray(chosen) ? chosen : [chosen]).query(query());
  if (sql !== undefined) chosen = jobScope.$sql(chosen, String(sql).trim());
  return path === undefined ? chosen : jobScope.$path(chosen, String(path).trim());
}
