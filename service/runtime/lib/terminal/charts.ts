import { jobScope } from "../../base/job-scope.js";
import { maxOf, minOf } from "../../base/values/lists.js";
import { isNumber } from "../../base/values/types.js";
import { globals } from "../../base/world.js";
import { toBytesAbbreviation } from "../format/bytes.js";
import { toAbbreviation } from "../format/numbers.js";
import { ansiColor } from "../text/ansi.js";
import { oneOf, required } from "../text/check.js";
import { lineChart } from "../text/line-chart.js";
import { progress } from "../text/progress.js";
import { visibleLength } from "../text/visible-length.js";

/** Bars and line charts for a terminal (`printBars`, `printChart`). They return text. */

const terminal = { width: 80, height: 20 };

const units: Record<string, (value: any) => string> = {
  int: (value) => Math.round(Number(value)).toString().padStart(2),
  dec: String,
  dec1: (value) => Number(value).toFixed(1),
  dec2: (value) => Number(value).toFixed(2),
  dec3: (value) => Number(value).toFixed(3),
  dec4: (value) => Number(value).toFixed(4),
  bytes: (value) => toBytesAbbreviation(Number(value)),
  si: (value) => String(toAbbreviation(value)),
};

interface Series {
  values: any[];
  colours: string[];
  titles: string[];
  settings: Record<string, number>;
}

/** `name[:colour[:title]] …` and `-max:100 -hsize:40`; a name is a number or a global function. */
function seriesOf(words: string[]): Series {
  const series: Series = { values: [], colours: [], titles: [], settings: {} };
  const entries = words.filter((word) => !word.startsWith("-"));
  const coloured = entries.filter((word) => word.includes(":"));
  if (coloured.length > 0 && coloured.length !== entries.length)
    throw "Please provide a color for all series functions.";
  for (const entry of entries) {
    const [name, colour, title = ""] = entry.split(":") as [string, string | undefined, string | undefined];
    if (colour !== undefined) {
      series.colours.push(colour);
      series.titles.push(title);
    }
    series.values.push(valueOfSeries(name));
  }
  for (const word of words.filter((entry) => entry.startsWith("-"))) {
    const [name, value] = word.slice(1).split(":");
    series.settings[name!] = Number(value);
  }
  return series;
}

function valueOfSeries(name: string): any {
  if (isNumber(name)) return Number(name);
  try {
    return (globals[name] as () => any)();
  } catch (error) {
    throw `Error on '${name}': ${error}`;
  }
}

export function printBars(format: string, width?: number, max?: number, min?: number, sign = "━", space = " "): string {
  const [unit, ...words] = required<string>(format, "aFormatString", "string").trim().split(/ +/);
  const show = units[oneOf(unit, "type", ["int", "dec1", "dec2", "dec3", "dec", "bytes", "si"])]!;
  const { values, colours, titles, settings } = seriesOf(words);
  const highest = settings.max ?? max ?? maxOf(values.map(Number));
  const lowest = Math.min(0, settings.min ?? min ?? minOf(values.map(Number)));
  const texts = values.map(show);
  const textWidth = Math.max(0, maxOf(texts.map((text) => visibleLength(text))));
  const names = values.map((_value, index) => titles[index] ?? `f${index}`);
  const nameWidth = Math.max(0, maxOf(names.map((name) => visibleLength(name))));
  const room = (settings.hsize ?? width ?? terminal.width) - 7 - nameWidth - textWidth;
  const lines: Record<string, string> = {};
  for (const [index, value] of values.entries()) {
    const bar = progress(Number(value), highest, lowest, Math.max(0, Math.min(room, highest)), sign, space);
    lines[names[index]!] = `${ansiColor(colours[index] ?? "", bar)} :${texts[index]!.padStart(textWidth)}`;
  }
  return jobScope.printTree(lines);
}

/** Values seen so far, by the name of the chart. */
const histories = new Map<string, number[][]>();

/** @returns undefined for the unit `clean`, which forgets what the chart showed */
export function printChart(
  format: string,
  width?: number,
  height?: number,
  max?: number,
  min?: number,
): string | undefined {
  const [name, unit, ...words] = required<string>(format, "aFormatString", "string").trim().split(/ +/) as [
    string,
    string,
  ];
  const kind = oneOf(unit, "type", ["int", "dec1", "dec2", "dec3", "dec4", "dec", "bytes", "si", "clean"]);
  if (kind === "clean") {
    histories.delete(name);
    return undefined;
  }
  const { values, colours, titles, settings } = seriesOf(words);
  const size = settings.hsize ?? width ?? terminal.width;
  const series =
    name === "__" ? values.map((value) => [value].flat().map(Number)) : remembered(name, values.map(Number), size);
  const hasLegend = titles.some((title) => title !== "");
  const paint = (text: string, index: number) => ansiColor(colours[index] ?? "", text);
  const rows = settings.vsize ?? height ?? terminal.height;
  const chart = lineChart(series, {
    width: size,
    height: hasLegend ? rows - 2 : rows,
    min: settings.min ?? min,
    max: settings.max ?? max,
    format: units[kind],
    paint,
  });
  if (!hasLegend) return chart;
  return `${chart}\n\n  ${titles.map((title, index) => `${paint("─", index)} ${title}`).join("  ")}`;
}

function remembered(name: string, values: number[], most: number): number[][] {
  const history = histories.get(name) ?? [];
  histories.set(name, history);
  for (const [index, value] of values.entries()) {
    const series = (history[index] ??= []);
    series.push(value);
    if (series.length > most) series.shift();
  }
  return history;
}

export const drawLineChart = (series: any, options: any) => lineChart(series, options);

export const dataClean = (name: string) => void histories.delete(name);
