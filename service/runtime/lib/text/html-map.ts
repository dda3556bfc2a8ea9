import { isDate, isMap } from "../../base/values/types.js";
import { escapeMarkup } from "./html-entities.js";

/** Maps and lists as nested HTML tables. */

export const mapStyle =
  "table.map{border-collapse:collapse;font:0.9em sans-serif}table.map td,table.map th{border:1px solid #bbb;padding:0.2em 0.5em;text-align:left;vertical-align:top}table.map th{background:#eee}";

/** @throws text when the value is neither map nor list */
export function htmlOfMap(value: unknown): string {
  if (!isMap(value) && !Array.isArray(value)) throw "aMapOrArray needs to be a map or an array.";
  return draw(value);
}

function draw(value: any): string {
  if (Array.isArray(value) && value.length > 0 && value.every(isMap)) return drawRows(value);
  if (Array.isArray(value)) return drawTable(value.map((entry) => `<tr><td>${draw(entry)}</td></tr>`));
  if (isMap(value))
    return drawTable(
      Object.keys(value).map((key) => `<tr><th>${escapeMarkup(key)}</th><td>${draw(value[key])}</td></tr>`),
    );
  return escapeMarkup(isDate(value) ? value.toISOString() : value);
}

function drawRows(rows: Record<string, any>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const head = names.map((name) => `<th>${escapeMarkup(name)}</th>`).join("");
  const lines = rows.map((row) => `<tr>${names.map((name) => `<td>${draw(row[name])}</td>`).join("")}</tr>`);
  return drawTable([`<tr>${head}</tr>`, ...lines]);
}

const drawTable = (lines: string[]): string => `<table class="map">${lines.join("")}</table>`;
