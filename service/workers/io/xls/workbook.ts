import type * as Fflate from "fflate";
import { load } from "../packages.js";
import { emptyWorkbook, NAMESPACE, RELATIONS_NAMESPACE, WORKSHEET_TYPE } from "./empty.js";
import { Parts, type Relation } from "./parts.js";
import { textOfString } from "./strings.js";
import { Styles } from "./styles.js";
import {
  attribute,
  childrenOf,
  element,
  elements,
  insert,
  relationId,
  setAttribute,
  type XmlDocument,
  type XmlNode,
} from "./xml.js";

export interface SheetPart {
  name: string;
  /** Path of its part. */
  part: string;
}

/** Elements of a workbook before those that are added here. */
const BEFORE_NAMES = [
  ...["fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets"],
  ...["functionGroups", "externalReferences"],
];
const LONGEST_NAME = 31;

/** A workbook: its sheets, and what they share. */
export class Workbook {
  readonly sheets: SheetPart[];
  readonly styles: Styles;
  /** Do its dates count from 1904? */
  readonly is1904: boolean;
  private readonly parts: Parts;
  private readonly part: string;
  private readonly book: XmlDocument;
  private strings: string[] | undefined;
  private isRecalculated = false;

  /**
   * @param bytes absent: an empty workbook, without sheets
   * @throws Error when they are no workbook
   */
  constructor(bytes?: Uint8Array) {
    this.parts = new Parts(bytes ?? load<typeof Fflate>("fflate").zipSync(emptyWorkbook()));
    const start = this.parts.relations("").find(({ type }) => type === "officeDocument");
    if (start === undefined) throw new Error("it is no workbook");
    this.part = start.to;
    this.book = this.parts.document(this.part);
    const relations = this.parts.relations(this.part);
    this.sheets = this.sheetNodes().flatMap((node) => {
      const id = relationId(node);
      const found = relations.find((relation) => relation.id === id && relation.type === "worksheet");
      return found === undefined ? [] : [{ name: attribute(node, "name") ?? "", part: found.to }];
    });
    const properties = element(this.book.root, "workbookPr");
    this.is1904 = /^(1|true)$/.test((properties && attribute(properties, "date1904")) ?? "");
    this.styles = new Styles(this.stylesDocument(relations));
  }

  document(part: string): XmlDocument {
    return this.parts.document(part);
  }

  sharedString(number: number): string {
    this.strings ??= this.readStrings();
    return this.strings[number] ?? "";
  }

  /** @throws Error for a name that no sheet may have */
  addSheet(name: string): SheetPart {
    const kept = checkedName(name, this.sheets);
    const nodes = this.sheetNodes();
    let number = nodes.length + 1;
    while (this.parts.has(`xl/worksheets/sheet${number}.xml`)) number++;
    const sheet = { name: kept, part: `xl/worksheets/sheet${number}.xml` };
    const text = `<worksheet xmlns="${NAMESPACE}"><sheetData/></worksheet>`;
    const id = this.parts.add(this.part, "worksheet", sheet.part, WORKSHEET_TYPE, text);
    const sheetId = Math.max(0, ...nodes.map((node) => Number(attribute(node, "sheetId")))) + 1;
    // Whatever prefix the namespace of relations has in the workbook, this one is its own.
    const attributes = { name: kept, sheetId, "xmlns:r": RELATIONS_NAMESPACE, "r:id": id };
    childrenOf(element(this.book.root, "sheets")!).push(this.book.make("sheet", attributes));
    this.sheets.push(sheet);
    return sheet;
  }

  /** Results of formulas are from before: programs are to calculate all of them when they open the workbook. */
  recalculate(): void {
    if (this.isRecalculated) return;
    this.isRecalculated = true;
    const order = this.parts.relations(this.part).find(({ type }) => type === "calcChain");
    if (order !== undefined) this.parts.remove(this.part, order);
    let settings = element(this.book.root, "calcPr");
    if (settings === undefined) {
      settings = this.book.make("calcPr");
      insert(this.book.root, settings, [...BEFORE_NAMES, "definedNames"]);
    }
    setAttribute(settings, "fullCalcOnLoad", 1);
  }

  /** The name under which some programs look for the filter of a sheet. */
  nameFilter({ name }: SheetPart, range: string): void {
    let names = element(this.book.root, "definedNames");
    if (names === undefined) {
      names = this.book.make("definedNames");
      insert(this.book.root, names, BEFORE_NAMES);
    }
    const localSheetId = this.sheetNodes().findIndex((node) => attribute(node, "name") === name);
    const attributes = { name: "_xlnm._FilterDatabase", localSheetId, hidden: 1 };
    const old = childrenOf(names).findIndex(
      (node) => attribute(node, "name") === attributes.name && Number(attribute(node, "localSheetId")) === localSheetId,
    );
    if (old >= 0) childrenOf(names).splice(old, 1);
    const fixed = range.replace(/\$?([A-Z]+)\$?(\d+)/gi, "$$$1$$$2");
    childrenOf(names).push(this.book.make("definedName", attributes, [`'${name.replaceAll("'", "''")}'!${fixed}`]));
  }

  save(): Uint8Array {
    return this.parts.save();
  }

  private sheetNodes(): XmlNode[] {
    return elements(element(this.book.root, "sheets"), "sheet");
  }

  private stylesDocument(relations: readonly Relation[]): XmlDocument {
    const found = relations.find(({ type }) => type === "styles");
    if (found !== undefined) return this.parts.document(found.to);
    const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml";
    this.parts.add(
      this.part,
      "styles",
      "xl/styles.xml",
      type,
      new TextDecoder().decode(emptyWorkbook()["xl/styles.xml"]),
    );
    return this.parts.document("xl/styles.xml");
  }

  private readStrings(): string[] {
    const found = this.parts.relations(this.part).find(({ type }) => type === "sharedStrings");
    return found === undefined ? [] : elements(this.parts.document(found.to).root, "si").map(textOfString);
  }
}

function checkedName(name: string, others: readonly SheetPart[]): string {
  if (name === "") throw new Error("The name can't be empty.");
  if (name === "History") throw new Error('The name "History" is protected. Please use a different name.');
  if (/[*?:/\\[\]]/.test(name))
    throw new Error(`Worksheet name ${name} cannot include any of the following characters: * ? : \\ / [ ]`);
  if (/^'|'$/.test(name))
    throw new Error(`The first or last character of worksheet name cannot be a single quotation mark: ${name}`);
  const kept = name.slice(0, LONGEST_NAME);
  if (others.some((other) => other.name.toLowerCase() === kept.toLowerCase()))
    throw new Error(`Worksheet name already exists: ${kept}`);
  return kept;
}
