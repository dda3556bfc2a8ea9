import { maxOf } from "../../base/values/lists.js";

/** Line charts of signs: one column a value, the axis with its labels on the left. */
export interface LineChartOptions {
  height?: number;
  /** Most columns of the whole; older values are left out. */
  width?: number;
  min?: number;
  max?: number;
  format?(value: number): string;
  /** Draws a part of a series in its colour. */
  paint?(text: string, series: number): string;
}

const signs = { zero: "┼", axis: "┤", flat: "─", downTo: "╰", upTo: "╭", fromUp: "╮", fromDown: "╯", steep: "│" };

export function lineChart(given: number[] | number[][], options: LineChartOptions = {}): string {
  const series = (Array.isArray(given[0]) ? given : [given]) as number[][];
  const all = series.flat();
  if (all.length === 0) return "";
  const min = Math.min(options.min ?? all[0]!, ...all);
  const max = Math.max(options.max ?? all[0]!, ...all);
  const range = max - min;
  const height = options.height === undefined ? range : options.height - 1;
  const ratio = range === 0 ? 1 : height / range;
  const bottom = Math.round(min * ratio);
  const rows = Math.abs(Math.round(max * ratio) - bottom);
  const format = options.format ?? ((value) => value.toFixed(2));
  const labels = Array.from({ length: rows + 1 }, (_entry, row) =>
    String(format(rows > 0 ? max - (row * range) / rows : min)).padStart(2),
  );
  const labelWidth = maxOf(labels.map((label) => label.length));
  const paint = options.paint ?? ((text) => text);
  const room = options.width === undefined ? Number.POSITIVE_INFINITY : Math.max(1, options.width - labelWidth - 2);
  const columns = Math.min(room, maxOf(series.map((values) => values.length)));
  const grid = labels.map(() => new Array<string>(columns).fill(" "));
  const axis = labels.map((_label, row) => (bottom + row === 0 ? signs.zero : signs.axis));
  const rowOf = (value: number) => rows - (Math.round(value * ratio) - bottom);

  for (const [index, values] of series.entries()) {
    const shown = values.slice(-columns);
    if (shown.length === 0) continue;
    axis[rowOf(shown[0]!)] = paint(signs.zero, index);
    for (let at = 0; at < shown.length - 1; at++)
      drawStep(grid, at, rowOf(shown[at]!), rowOf(shown[at + 1]!), (text) => paint(text, index));
  }
  return labels.map((label, row) => `${label.padStart(labelWidth)} ${axis[row]}${grid[row]!.join("")}`).join("\n");
}

function drawStep(grid: string[][], at: number, from: number, to: number, paint: (text: string) => string): void {
  const put = (row: number, sign: string) => {
    if (grid[row] !== undefined) grid[row]![at] = paint(sign);
  };
  if (from === to) return put(from, signs.flat);
  put(to, to > from ? signs.downTo : signs.upTo);
  put(from, to > from ? signs.fromUp : signs.fromDown);
  for (let row = Math.min(from, to) + 1; row < Math.max(from, to); row++) put(row, signs.steep);
}
