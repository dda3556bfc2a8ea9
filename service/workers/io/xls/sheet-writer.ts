import type { XlsCell, XlsSheet } from "../../../runtime/base/operations.js";
import { Formulas } from "./formulas.js";
import type { XlsStyle } from "./look.js";
import { mergedRanges, placedCells, serialOf } from "./read-cells.js";
import { isWithin, nameOfPlace, type Place, type Range, rangeOf } from "./references.js";
import { makeString } from "./strings.js";
import type { SheetPart, Workbook } from "./workbook.js";
import {
  attribute,
  childrenOf,
  element,
  elements,
  insert,
  setAttribute,
  type XmlDocument,
  type XmlNode,
} from "./xml.js";

/** Elements of a sheet in the order of the format, up to the filter. */
const BEFORE_COLUMNS = ["sheetPr", "dimension", "sheetViews", "sheetFormatPr"];
const BEFORE_FILTER = [
  ...[...BEFORE_COLUMNS, "cols", "sheetData", "sheetCalcPr", "sheetProtection"],
  ...["protectedRanges", "scenarios"],
];

/** Writes changes into one sheet. */
export class SheetWriter {
  private readonly document: XmlDocument;
  private readonly data: XmlNode;
  private readonly rows = new Map<number, XmlNode>();
  private readonly cells = new Map<string, XmlNode>();
  private readonly merged: readonly Range[];

  constructor(
    private readonly workbook: Workbook,
    private readonly sheet: SheetPart,
  ) {
    this.document = workbook.document(sheet.part);
    const data = element(this.document.root, "sheetData");
    if (data === undefined) throw new Error(`sheet ${sheet.name} has no data`);
    this.data = data;
    this.merged = mergedRanges(this.document);
  }

  write({ cells, widths = {}, heights = {}, filter, dateFormat }: XlsSheet): void {
    if (cells.length > 0 || Object.keys(heights).length > 0) {
      const old = this.readPlaces();
      if (cells.length > 0) new Formulas(old).separate(this.document);
      for (const cell of cells) this.put(cell, dateFormat);
      for (const [row, height] of Object.entries(heights)) this.setHeight(Number(row), height);
      this.arrange();
    }
    if (cells.length > 0) this.workbook.recalculate();
    for (const [column, width] of Object.entries(widths)) this.setWidth(Number(column), width);
    if (filter !== undefined) this.setFilter(filter);
  }

  /** Gives rows and cells that have none their numbers. */
  private readPlaces() {
    const placed = placedCells(this.document);
    let number = 0;
    for (const row of elements(this.data, "row")) {
      number = Number(attribute(row, "r") ?? number + 1);
      setAttribute(row, "r", number);
      this.rows.set(number, row);
    }
    for (const cell of placed) {
      setAttribute(cell.node, "r", nameOfPlace(cell));
      this.cells.set(nameOfPlace(cell), cell.node);
    }
    return placed;
  }

  private put(cell: XlsCell, dateFormat: string | undefined): void {
    const place = this.shownPlace(cell);
    const node = this.cellAt(place);
    const old = Number(attribute(node, "s") ?? this.lookAround(place));
    const look = this.workbook.styles.like(
      old,
      cell.style as XlsStyle | undefined,
      cell.dateMs === undefined ? undefined : dateFormat,
    );
    setAttribute(node, "s", look === 0 ? undefined : look);
    const { type, children } = this.contentOf(cell);
    setAttribute(node, "t", type);
    childrenOf(node).splice(0, Infinity, ...children);
  }

  /** Place that programs show: the first cell of a merged range stands for all of it. */
  private shownPlace(place: Place): Place {
    const range = this.merged.find((one) => isWithin(place, one));
    return range === undefined ? place : { row: range.top, column: range.left };
  }

  private contentOf({ value, dateMs, formula }: XlsCell): { type?: string; children: XmlNode[] } {
    const content = (text: string): XmlNode[] => [this.document.make("v", {}, [text])];
    if (formula !== undefined) return { children: [this.document.make("f", {}, [formula])] };
    if (dateMs !== undefined) return { children: content(String(serialOf(dateMs, this.workbook.is1904))) };
    if (value === undefined || value === null) return { children: [] };
    if (typeof value === "boolean") return { type: "b", children: content(value ? "1" : "0") };
    if (typeof value === "string") return { type: "inlineStr", children: [makeString(this.document, value)] };
    return Number.isFinite(value) ? { children: content(String(value)) } : { type: "e", children: content("#NUM!") };
  }

  private cellAt(place: Place): XmlNode {
    const name = nameOfPlace(place);
    let node = this.cells.get(name);
    if (node !== undefined) return node;
    node = this.document.make("c", { r: name });
    this.cells.set(name, node);
    childrenOf(this.rowAt(place.row)).push(node);
    return node;
  }

  private rowAt(number: number): XmlNode {
    let row = this.rows.get(number);
    if (row !== undefined) return row;
    row = this.document.make("row", { r: number });
    this.rows.set(number, row);
    childrenOf(this.data).push(row);
    return row;
  }

  /** The look that a new cell gets from its row or column. */
  private lookAround({ row, column }: Place): number {
    const line = this.rows.get(row);
    const ofRow = line && attribute(line, "s");
    const ofColumn = this.columns().find((node) => isColumn(node, column));
    return Number(ofRow ?? (ofColumn && attribute(ofColumn, "style")) ?? 0);
  }

  /** Rows and cells in their order, as the format wants them. */
  private arrange(): void {
    const rowNumber = (node: XmlNode): number => Number(attribute(node, "r"));
    const columnOf = (node: XmlNode): number => rangeOf(attribute(node, "r") ?? "")?.left ?? 0;
    const rows = elements(this.data, "row").sort((a, b) => rowNumber(a) - rowNumber(b));
    childrenOf(this.data).splice(0, Infinity);
    for (const row of rows) {
      const cells = elements(row, "c").sort((a, b) => columnOf(a) - columnOf(b));
      const rest = childrenOf(row).filter((node) => !cells.includes(node) && node["#text"] === undefined);
      childrenOf(row).splice(0, Infinity);
      for (const node of [...cells, ...rest]) childrenOf(row).push(node);
      setAttribute(row, "spans", undefined);
      childrenOf(this.data).push(row);
    }
    // It may be left out, and would be wrong now.
    const extent = element(this.document.root, "dimension");
    if (extent !== undefined) childrenOf(this.document.root).splice(childrenOf(this.document.root).indexOf(extent), 1);
  }

  private setHeight(number: number, height: number): void {
    const row = this.rowAt(number);
    setAttribute(row, "ht", height);
    setAttribute(row, "customHeight", 1);
  }

  private columns(): XmlNode[] {
    return elements(element(this.document.root, "cols"), "col");
  }

  /** Columns that were described together with this one keep what they had. */
  private setWidth(column: number, width: number): void {
    let list = element(this.document.root, "cols");
    if (list === undefined) {
      list = this.document.make("cols");
      insert(this.document.root, list, BEFORE_COLUMNS);
    }
    const old = this.columns().find((node) => isColumn(node, column));
    const part = (min: number, max: number): XmlNode[] => {
      if (min > max) return [];
      const node = old === undefined ? this.document.make("col") : structuredClone(old);
      setAttribute(node, "min", min);
      setAttribute(node, "max", max);
      return [node];
    };
    const [own] = part(column, column);
    setAttribute(own!, "width", width);
    setAttribute(own!, "customWidth", 1);
    const [first, last] = old === undefined ? [column, column] : [bound(old, "min"), bound(old, "max")];
    const others = this.columns().filter((node) => node !== old);
    const all = [...others, ...part(first, column - 1), own!, ...part(column + 1, last)];
    childrenOf(list).splice(0, Infinity, ...all.sort((a, b) => bound(a, "min") - bound(b, "min")));
  }

  private setFilter(range: string): void {
    const old = element(this.document.root, "autoFilter");
    if (old !== undefined) childrenOf(this.document.root).splice(childrenOf(this.document.root).indexOf(old), 1);
    insert(this.document.root, this.document.make("autoFilter", { ref: range }), BEFORE_FILTER);
    if (rangeOf(range) !== undefined) this.workbook.nameFilter(this.sheet, range);
  }
}

function bound(column: XmlNode, name: "min" | "max"): number {
  return Number(attribute(column, name));
}

function isColumn(node: XmlNode, column: number): boolean {
  return bound(node, "min") <= column && bound(node, "max") >= column;
}
