import type { XlsCell } from "../../../runtime/base/operations.js";
import { Formulas, type PlacedCell } from "./formulas.js";
import { nameOfPlace, placeOf, type Range, rangeOf } from "./references.js";
import { decodeText, textOfString } from "./strings.js";
import type { Workbook } from "./workbook.js";
import { attribute, element, elements, relationId, textIn, type XmlDocument } from "./xml.js";

/** The days from the start of the calendar of a workbook to 1970. */
const DAYS_TO_1970 = 25_569;
const DAYS_OF_1904 = 1462;
const DAY_MS = 86_400_000;

/** A date as a workbook counts it: days. */
export function serialOf(dateMs: number, is1904: boolean): number {
  return DAYS_TO_1970 + dateMs / DAY_MS - (is1904 ? DAYS_OF_1904 : 0);
}

function msOf(serial: number, is1904: boolean): number {
  return Math.round((serial - DAYS_TO_1970 + (is1904 ? DAYS_OF_1904 : 0)) * DAY_MS);
}

/** The elements of all cells of a sheet; numbers that are not written follow from those before. */
export function placedCells(document: XmlDocument): PlacedCell[] {
  const cells: PlacedCell[] = [];
  let row = 0;
  for (const line of elements(element(document.root, "sheetData"), "row")) {
    row = Number(attribute(line, "r") ?? row + 1);
    let column = 0;
    for (const node of elements(line, "c")) {
      column = placeOf(attribute(node, "r") ?? "")?.column ?? column + 1;
      cells.push({ node, row, column });
    }
  }
  return cells;
}

/** Ranges that are shown as one cell. */
export function mergedRanges(document: XmlDocument): Range[] {
  return elements(element(document.root, "mergeCells"), "mergeCell")
    .map((node) => rangeOf(attribute(node, "ref") ?? ""))
    .filter((range) => range !== undefined);
}

/** The cells of a sheet that have something in them. All cells of a merged range have what its first has. */
export function readCells(workbook: Workbook, part: string): XlsCell[] {
  const document = workbook.document(part);
  const placed = placedCells(document);
  const formulas = new Formulas(placed);
  const links = linkedPlaces(document);
  const cells = new Map<string, XlsCell>();
  for (const cell of placed) {
    const { row, column } = cell;
    const name = nameOfPlace(cell);
    const formula = formulas.of(cell);
    const content = contentOf(workbook, cell, formula !== undefined);
    if (formula === undefined && content === undefined) continue;
    if (links.has(name)) cells.set(name, { row, column, value: String(shown(content ?? {})) });
    else cells.set(name, { row, column, formula, ...content });
  }
  for (const range of mergedRanges(document)) spread(range, cells);
  return [...cells.values()];
}

/** @returns undefined for a cell with nothing in it */
function contentOf(workbook: Workbook, { node }: PlacedCell, isFormula: boolean): Partial<XlsCell> | undefined {
  const type = attribute(node, "t");
  if (type === "inlineStr") {
    const text = element(node, "is");
    return text === undefined ? undefined : { value: textOfString(text) };
  }
  const text = textIn(element(node, "v"));
  if (text === undefined || text === "") return undefined;
  if (type === "s") return { value: workbook.sharedString(Number(text)) };
  if (type === "str") return { value: decodeText(text) };
  if (type === "b") return { value: Number.parseInt(text, 10) !== 0 };
  if (type === "e") return { value: text };
  if (type === "d") return { dateMs: Date.parse(text) };
  const number = Number.parseFloat(text);
  const isDate = workbook.styles.isDate(Number(attribute(node, "s") ?? 0));
  if (isDate) return { dateMs: msOf(number, workbook.is1904) };
  return Number.isNaN(number) && isFormula ? undefined : { value: number };
}

function shown({ value, dateMs }: Partial<XlsCell>): unknown {
  return dateMs === undefined ? value : new Date(dateMs).toISOString();
}

/** Cells that lead somewhere outside of the workbook: they are read as their texts. */
function linkedPlaces(document: XmlDocument): Set<string> {
  const links = elements(element(document.root, "hyperlinks"), "hyperlink");
  return new Set(links.filter((node) => relationId(node) !== undefined).map((node) => attribute(node, "ref") ?? ""));
}

function spread({ top, left, bottom, right }: Range, cells: Map<string, XlsCell>): void {
  const first = cells.get(nameOfPlace({ row: top, column: left }));
  const { value, dateMs } = first ?? {};
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++)
      if (row !== top || column !== left) cells.set(nameOfPlace({ row, column }), { row, column, value, dateMs });
}
