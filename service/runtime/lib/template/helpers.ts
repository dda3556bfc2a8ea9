import { jobScope } from "../../base/job-scope.js";
import { isMap, isNull, isString, toBoolean } from "../../base/values/types.js";
import { globals } from "../../base/world.js";
import { fromSlon, toColouredSlon, toSlon } from "../data/slon.js";
import { toToon } from "../data/toon.js";
import { $f, $ft } from "../format/printf.js";
import { bar } from "../format/strings.js";
import { $a2m, $a4m, $m2a, $m4a } from "../maps/maps.js";
import { view } from "../maps/sigil.js";
import { $get } from "../maps/store.js";
import { parseQuery } from "../query/nlinq/parse.js";
import { ansiColor, ansiLength } from "../text/ansi.js";
import { toKyaml } from "../text/kyaml.js";
import { mdTable } from "../text/md-table.js";
import { withSideLine } from "../text/side-line.js";
import { conditionalHelpers } from "./conditionals.js";

/**
 * The helpers every template has. Handlebars adds its options as last argument to each call; helpers that hand all
 * their arguments on do so in the reference too, which shows where a function takes a map at that place.
 */
type Helper = (...args: any[]) => any;

const formatPrefix = "owFormat_";

/** @returns undefined when there is no such helper */
export function bundledHelper(name: string): Helper | undefined {
  if (name.startsWith(formatPrefix)) return formatHelper(name.slice(formatPrefix.length));
  if (name === "_state") return (id: unknown) => jobScope.ow.oJob.getState(isString(id) ? id : undefined);
  if (!name.startsWith("$")) return undefined;
  const own = name.slice(1);
  return Object.hasOwn(helpers, own) ? helpers[own] : conditionalHelpers[own];
}

/** `owFormat_string_leftPad` is `ow.format.string.leftPad`. */
function formatHelper(path: string): Helper | undefined {
  let value: any = jobScope.ow?.format;
  for (const step of path.split("_")) value = isNull(value) ? undefined : value[step];
  return typeof value === "function" ? (...args: any[]) => value(...args) : undefined;
}

/** The value of `{{#$switch}}`, and whether one of its cases matched. */
const chosen: { value?: unknown; isMatched: boolean } = { isMatched: false };

/** Blocks of these helpers lose the template's values (jobs write `{{#if ($eq a b)}}` because of it). */
const lostContext = {};
const block = (options: any): unknown => (options.fn === undefined ? true : options.fn(lostContext));

/** An argument that was not given is the options map. */
const given = <T>(value: T): T | undefined => (isMap(value) ? undefined : value);

const dateUnits = ["Minutes", "Hours", "Days", "Weeks", "Months", "Years"];

const helpers: Record<string, Helper> = {
  $: (value, fallback) => (value === undefined ? fallback : value),
  switch: (value, options) => {
    chosen.value = value;
    chosen.isMatched = false;
    return block(options);
  },
  case: (value, options) => {
    // biome-ignore lint/suspicious/noDoubleEquals: "5" and 5 are the same case
    if (value != chosen.value) return undefined;
    chosen.isMatched = true;
    return block(options);
  },
  default: (value) => (chosen.isMatched ? undefined : value),
  debug: (value) => jobScope.sprint(value),
  stringify: (value) => jobScope.stringify(value),
  stringifyInLine: (value) => jobScope.stringify(value, undefined, ""),
  toJSON: (value) => jobScope.stringify(value),
  toYAML: (...args) => jobScope.af.toYAML(...args),
  toKYAML: (...args) => toKyaml(...(args as [unknown])),
  toTOON: (value) => toToon(value),
  toSLON: (value) => toSlon(value),
  ptree: (value) => jobScope.printTree(value),
  pmap: (value) => jobScope.printMap(value),
  ptable: (value) => jobScope.printTable(value),
  pbar: (value, ...args) => bar(value, ...args.map(given)),
  pbars: (value, format) => drawn(value, format, (text) => jobScope.printBars(text)),
  pchart: (value, format) => drawn(value, format, (text) => jobScope.printChart(text)),
  mdtable: mdTable,
  cjson: (value) => jobScope.colorify(value),
  cslon: (value) => toColouredSlon(value),
  jsmap: (value) => jobScope.ow.template.html.parseMap(value),
  env: (name) => jobScope.getEnv(name),
  escape: (text) => String(text).replace(/['"]/g, "\\$&"),
  acolor: (colour, text) => ansiColor(colour, isMap(text) ? text.fn(lostContext) : text),
  f: (...args) => $f(...(args as [unknown])),
  ft: (...args) => $ft(...(args as [unknown])),
  t: (template, data) => jobScope.templify(template, data),
  get: (key) => $get(key),
  getObj: (key, path) => view($get(key)).get(path),
  path: (value, expression) => jobScope.$path(value, expression),
  from: (value, query) => jobScope.$from(value).query(parseQuery(query)),
  date: (value) => new Date(value),
  isoDate: (value) => new Date(value).toISOString(),
  dateDiff: (date, unit, fallback) => {
    const otherwise = isString(fallback) ? fallback : null;
    if (isNull(date) || Number.isNaN(Number(new Date(date)))) return otherwise;
    const wanted = dateUnits.find((name) => name.toLowerCase() === unit) ?? "Seconds";
    return jobScope.ow.format.dateDiff[`in${wanted}`](new Date(date));
  },
  number: Number,
  boolean: (value) => toBoolean(value),
  string: (value) => String(value),
  __: () => undefined,
  alen: (text) => ansiLength(text),
  len: (value) => value.length,
  repeat: (times, text) => jobScope.repeat(times, text),
  range: (count, start, step) => jobScope.range(count, start, step),
  concat: (...args) => args.filter(isString).join(""),
  pass: () => "",
  p: (value) => value,
  nl: () => "\n",
  set: (key, options) => {
    if (jobScope.__flags?.TEMPLATE_SET !== false && isString(key) && isMap(options?.data))
      view(options.data.root).set(key, options.fn(lostContext));
  },
  output: (value, options) => {
    const settings = fromSlon(isString(options) ? options : "()");
    return jobScope.$output(value, { __format: "tree", ...settings }, undefined, true);
  },
  sline: (text, size, line, colour, theme, options) => {
    const body = isMap(options) && options.fn !== undefined ? options.fn(lostContext) : text;
    const themes = jobScope.ow.format.withSideLineThemes();
    return withSideLine(body, given(size), given(line), given(colour), themes[String(theme)]);
  },
  a2m: (keys, values) => $a2m(keys, values),
  a4m: (list, key, keep) => $a4m(list, key, keep),
  m2a: (keys, map) => $m2a(keys, map),
  m4a: (map, key) => $m4a(map, key),
  nvl: (value, fallback) => (isNull(value) ? fallback : value),
  keys: (map) => Object.keys(map),
  values: (map) => Object.values(map),
};

/** Charts take their series as names of global functions; here they are paths into the value. */
function drawn(value: unknown, format: string, draw: (text: string) => string): string {
  const [unit, ...series] = String(format).split(/\s+/);
  if (series.length === 0) return "";
  const names: string[] = [];
  const texts = series.map((entry, index) => {
    const [path, ...rest] = entry.split(":");
    if (path!.startsWith("-")) return entry;
    const name = `_templateSeries${index}`;
    names.push(name);
    globals[name] = () => jobScope.$path(value, path);
    return [name, ...rest].join(":");
  });
  try {
    return draw([unit, ...texts].join(" "));
  } finally {
    for (const name of names) delete globals[name];
  }
}
