import path from "node:path/posix";
import type * as Fflate from "fflate";
import { load } from "../packages.js";
import { attribute, childrenOf, elements, XmlDocument } from "./xml.js";

/** Most bytes of the parts of a workbook: they are in memory, and its documents take several times as much. */
const MAX_UNPACKED_MB = 256;
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** A relation of a part to another one. */
export interface Relation {
  id: string;
  /** The last word of its type: `worksheet`, `styles`. */
  type: string;
  /** Path of the other part. */
  to: string;
}

/** The parts of a workbook (ECMA-376, Open Packaging Conventions): documents in a zip archive, and how they belong together. */
export class Parts {
  private readonly files: Record<string, Uint8Array>;
  private readonly documents = new Map<string, XmlDocument>();

  /** @throws Error when the bytes are no zip archive, or too large when they are unpacked */
  constructor(bytes: Uint8Array) {
    let unpacked = 0;
    // Called with the head of each file, before it is unpacked: no more than that size is unpacked of it.
    const filter = ({ originalSize }: Fflate.UnzipFileInfo): boolean => {
      unpacked += originalSize;
      if (unpacked <= MAX_UNPACKED_MB * 1024 * 1024) return true;
      throw new Error(`its parts have more than ${MAX_UNPACKED_MB} MB when they are unpacked: split the workbook`);
    };
    this.files = load<typeof Fflate>("fflate").unzipSync(bytes, { filter });
  }

  has(part: string): boolean {
    return this.files[part] !== undefined || this.documents.has(part);
  }

  /** @throws Error when there is no such part, or it is no XML */
  document(part: string): XmlDocument {
    let document = this.documents.get(part);
    if (document !== undefined) return document;
    const bytes = this.files[part];
    if (bytes === undefined) throw new Error(`it is no workbook: its part ${part} is missing`);
    document = new XmlDocument(new TextDecoder(bytes[0] === 0xff ? "utf-16le" : "utf-8").decode(bytes));
    this.documents.set(part, document);
    return document;
  }

  /** @param part whose relations; empty: the whole archive's */
  relations(part: string): Relation[] {
    const list = relationsPart(part);
    if (!this.has(list)) return [];
    return elements(this.document(list).root, "Relationship").map((node) => ({
      id: attribute(node, "Id") ?? "",
      type: path.basename(attribute(node, "Type") ?? ""),
      to: path.resolve("/", path.dirname(part), attribute(node, "Target") ?? "").slice(1),
    }));
  }

  /** Adds a part. @returns the id of the relation that leads to it */
  add(from: string, type: string, part: string, contentType: string, text: string): string {
    this.documents.set(part, new XmlDocument(text));
    const types = this.document("[Content_Types].xml");
    childrenOf(types.root).push(types.make("Override", { PartName: `/${part}`, ContentType: contentType }));
    const relations = this.document(relationsPart(from));
    const ids = this.relations(from).map(({ id }) => id);
    let number = ids.length + 1;
    while (ids.includes(`rId${number}`)) number++;
    const attributes = { Id: `rId${number}`, Type: `${RELATIONS}/${type}`, Target: `/${part}` };
    childrenOf(relations.root).push(relations.make("Relationship", attributes));
    return attributes.Id;
  }

  /** Removes a part that is related to another one. */
  remove(from: string, { id, to }: Relation): void {
    delete this.files[to];
    this.documents.delete(to);
    drop(this.document(relationsPart(from)), "Id", id);
    drop(this.document("[Content_Types].xml"), "PartName", `/${to}`);
  }

  /** The archive; what was not asked for as a document is in it as it was. */
  save(): Uint8Array {
    const { strToU8, zipSync } = load<typeof Fflate>("fflate");
    for (const [part, document] of this.documents) this.files[part] = strToU8(document.toString());
    return zipSync(this.files);
  }
}

function relationsPart(part: string): string {
  return path.join(path.dirname(part), "_rels", `${path.basename(part)}.rels`);
}

function drop({ root }: XmlDocument, name: string, value: string): void {
  const children = childrenOf(root);
  const at = children.findIndex((node) => attribute(node, name) === value);
  if (at >= 0) children.splice(at, 1);
}
