import { jobScope } from "../../base/job-scope.js";
import { isArray, isBoolean, isDef, isMap, isNumber, isString, isUnDef } from "../../base/values/types.js";

/**
 * Maps as text of the OpenMetrics format (github.com/OpenObservability/OpenMetrics), and back: numbers and booleans are
 * metrics named by their path, texts beside them are their labels.
 */

type Labels = Record<string, string>;

interface Writing {
  prefix: string;
  /** ms of all lines, or the name of the label that holds a date. */
  timestamp?: unknown;
  help?: Record<string, { text?: string; help?: string; type?: string }>;
  /** Numbers for texts, by key or metric. */
  conversions: Record<string, any>;
}

const MOST_LENGTH = 128;

export function fromObj2OpenMetrics(
  value: unknown,
  prefix: unknown = "metric",
  timestamp?: unknown,
  help?: any,
  conversions: any = {},
): string {
  if (!isString(prefix)) throw "prefix is not a string";
  if (!isMap(conversions)) throw "aConvMap is not a map";
  const name = clean(prefix);
  const writing: Writing = { prefix: /^\d.+/.test(name) ? `_${name}` : name, timestamp, help, conversions };
  return `${linesOf(writing, value, writing.prefix, {}).join("\n").trim()}\n`;
}

function linesOf(writing: Writing, value: unknown, name: string, labels: Labels): string[] {
  if (isArray(value))
    return value.flatMap((entry, index) => (isDef(entry) ? linesOf(writing, entry, name, indexed(labels, index)) : []));
  if (isMap(value)) return mapLines(writing, value, name, labels);
  if (isBoolean(value)) return [line(writing, name, labels, value ? 1 : 0)];
  return isNumber(value) ? [line(writing, name, labels, Number(value))] : [];
}

function mapLines(writing: Writing, map: Record<string, any>, name: string, outer: Labels): string[] {
  const labels = { ...outer };
  for (const key of Object.keys(map)) if (isLabel(map[key])) addLabel(writing, labels, key, map[key]);
  return Object.keys(map).flatMap((key) => {
    const value = map[key];
    const full = `${name}_${clean(key)}`;
    const converted = isString(value) ? conversion(writing, key, full, value) : undefined;
    if (converted !== undefined) return [line(writing, full, labels, converted)];
    return isLabel(value) ? [] : linesOf(writing, value, full, labels);
  });
}

function isLabel(value: unknown): boolean {
  return isDef(value) && !isNumber(value) && !isBoolean(value) && !isArray(value) && !isMap(value);
}

function addLabel({ prefix }: Writing, labels: Labels, key: string, value: unknown): void {
  const isCut = jobScope.__flags?.OPENMETRICS_LABEL_MAX !== false;
  let name = isCut ? key.slice(0, MOST_LENGTH) : key;
  let text = isCut ? String(value).slice(0, MOST_LENGTH) : String(value);
  if (/\d.+/.test(name)) name = `_${name}`;
  name = clean(name);
  text = text.replace(/\n/g, "\\\\n").replace(/\\/g, "\\\\").replace(/"/g, '\\"');
  labels[name.startsWith("_") ? prefix + name : name] = `"${text}"`;
}

function indexed(labels: Labels, index: number): Labels {
  const outer = labels._id?.replace(/"/g, "");
  return { ...labels, _id: `"${outer === undefined ? "" : `${outer}.`}${index}"` };
}

function conversion({ conversions }: Writing, key: string, full: string, value: string): number | undefined {
  for (const table of [conversions[key], conversions[full]])
    if (isMap(table) && isNumber(table[value])) return table[value];
  return undefined;
}

function line({ timestamp, help }: Writing, name: string, labels: Labels, value: number): string {
  const isByLabel = isDef(timestamp) && !isNumber(timestamp);
  const shown = Object.keys(labels).filter((label) => !isByLabel || label !== timestamp);
  const text = shown.length > 0 ? `{${shown.map((label) => `${label}=${labels[label]}`).join(",")}}` : "";
  const time = isUnDef(timestamp) ? "" : ` ${isByLabel ? seconds(labels[String(timestamp)]) : Number(timestamp)}`;
  return `${describe(help, name)}${name}${text} ${value}${time}`;
}

function seconds(label: string | undefined): number | "" {
  return label === undefined ? "" : Math.round(new Date(label.replace(/"/g, "")).getTime() / 1000);
}

function describe(help: Writing["help"], name: string): string {
  const about = isMap(help) ? help[name] : undefined;
  if (about === undefined) return "";
  const lines: string[] = [];
  if (isDef(about.text)) lines.push(`# ${about.text}`);
  if (isDef(about.help)) lines.push(`# HELP ${name} ${about.help}`);
  if (isDef(about.type)) lines.push(`# TYPE ${name} ${about.type}`);
  return lines.map((text) => `${text}\n`).join("");
}

function clean(name: string): string {
  return name.replace(/[^a-zA-Z0-9]/g, "_");
}

export interface Sample {
  metric: string;
  labels: Record<string, string>;
  value: number;
  timestamp?: number;
  /** The beginning of the name that other metrics share. */
  prefix?: string;
}

/** The samples of an OpenMetrics text (or its lines). */
export function fromOpenMetrics2Array(text: unknown): Sample[] {
  const lines = isString(text) ? text.split("\n") : text;
  if (!isArray(lines)) throw "Input can't be converted to an array of lines";
  const samples = (lines as string[]).filter((one) => one.length > 0 && !one.startsWith("#")).map(sampleOf);
  const shared = new Map<string, number>();
  for (const { metric } of samples)
    for (let at = metric.length; at > 0; at = metric.lastIndexOf("_", at - 1)) {
      const start = metric.slice(0, at);
      shared.set(start, (shared.get(start) ?? 0) + 1);
    }
  for (const sample of samples)
    for (let at = sample.metric.lastIndexOf("_"); at > 0; at = sample.metric.lastIndexOf("_", at - 1)) {
      if (shared.get(sample.metric.slice(0, at))! < 2) continue;
      sample.prefix = sample.metric.slice(0, at);
      break;
    }
  return samples;
}

function sampleOf(text: string): Sample {
  const parts = /^([^{]+?)(\{.*\})? ([^ ]+?)(?: ([^ ]+?))?$/.exec(text);
  if (parts === null) throw new Error(`not a line of OpenMetrics: ${text}`);
  const labels: Record<string, string> = {};
  for (const [, name, value] of (parts[2] ?? "").matchAll(/([a-zA-Z0-9_:]+)="((?:[^"\\]|\\.)*)"/g))
    labels[name!] = value!.replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char));
  return {
    metric: parts[1]!,
    labels,
    value: Number(parts[3]),
    timestamp: isNumber(parts[4]) ? Number(parts[4]) : undefined,
  };
}
