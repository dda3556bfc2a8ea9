import type * as FastXml from "fast-xml-parser";
import { load } from "../packages.js";

/**
 * A node as fast-xml-parser keeps it in order: its name leads to its children, `:@` to its attributes. Texts (`#text`) are as
 * they are in the document, with their escapes.
 */
export type XmlNode = Record<string, any>;

const OPTIONS = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  processEntities: false,
  cdataPropName: "#cdata",
  commentPropName: "#comment",
  suppressEmptyNode: true,
};

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** A document of a workbook, which is written as it was read but for what is changed. */
export class XmlDocument {
  readonly root: XmlNode;
  private readonly nodes: XmlNode[];
  /** Before all names of the document's own vocabulary: `x:` with some writers. */
  private readonly prefix: string;

  /** @throws Error when it has no element */
  constructor(text: string) {
    const { XMLParser } = load<typeof FastXml>("fast-xml-parser");
    const parser = new XMLParser({ ...OPTIONS, trimValues: false, parseTagValue: false, parseAttributeValue: false });
    this.nodes = parser.parse(text.replace(/^\uFEFF/, ""));
    const root = this.nodes.find((node) => !/^[?#]/.test(nameOf(node)));
    if (root === undefined) throw new Error("a part of the workbook is no XML document");
    this.root = root;
    this.prefix = /^[^:]*:/.exec(nameOf(root))?.[0] ?? "";
  }

  /** A new element of the document's vocabulary. Attributes that are undefined are left out, texts are escaped. */
  make(name: string, attributes: Record<string, unknown> = {}, children: (XmlNode | string)[] = []): XmlNode {
    const node: XmlNode = {
      [this.prefix + name]: children.map((child) => (typeof child === "string" ? text(child) : child)),
    };
    for (const [key, value] of Object.entries(attributes)) setAttribute(node, key, value);
    return node;
  }

  toString(): string {
    const { XMLBuilder } = load<typeof FastXml>("fast-xml-parser");
    return new XMLBuilder({ ...OPTIONS, suppressBooleanAttributes: false }).build(this.nodes);
  }
}

/** With its prefix. */
export function nameOf(node: XmlNode): string {
  for (const key in node) if (key !== ":@") return key;
  return "";
}

/** Without a prefix. */
export function localName(node: XmlNode): string {
  const name = nameOf(node);
  return name.slice(name.indexOf(":") + 1);
}

/** All children, texts too; the list itself, which may be changed. */
export function childrenOf(node: XmlNode): XmlNode[] {
  return node[nameOf(node)];
}

export function elements(node: XmlNode | undefined, name: string): XmlNode[] {
  return node === undefined ? [] : childrenOf(node).filter((child) => localName(child) === name);
}

export function element(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return node === undefined ? undefined : childrenOf(node).find((child) => localName(child) === name);
}

export function attribute(node: XmlNode, name: string): string | undefined {
  const value: string | undefined = node[":@"]?.[name];
  return value === undefined ? undefined : unescaped(value);
}

/** The relation that an element names, whatever prefix the attribute has. */
export function relationId(node: XmlNode): string | undefined {
  const key = Object.keys(node[":@"] ?? {}).find((name) => name.endsWith(":id"));
  return key === undefined ? undefined : attribute(node, key);
}

/** Sets an attribute; undefined removes it. */
export function setAttribute(node: XmlNode, name: string, value: unknown): void {
  if (value === undefined) delete node[":@"]?.[name];
  else (node[":@"] ??= {})[name] = escaped(String(value));
}

/** Puts an element where the order of the format wants it: behind those with the names `behind`. */
export function insert(parent: XmlNode, node: XmlNode, behind: readonly string[]): void {
  const children = childrenOf(parent);
  let at = 0;
  for (const [index, child] of children.entries()) if (behind.includes(localName(child))) at = index + 1;
  children.splice(at, 0, node);
}

/** The text in an element; undefined when it is not there. */
export function textIn(node: XmlNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  return childrenOf(node)
    .map((child) => (child["#cdata"] === undefined ? unescaped(String(child["#text"] ?? "")) : textOfCdata(child)))
    .join("");
}

function textOfCdata(node: XmlNode): string {
  return childrenOf(node)
    .map((child) => String(child["#text"] ?? ""))
    .join("");
}

function text(value: string): XmlNode {
  return { "#text": escaped(value) };
}

function escaped(value: string): string {
  return value.replace(
    /[&<>"]/g,
    (sign) => `&${sign === "&" ? "amp" : sign === "<" ? "lt" : sign === ">" ? "gt" : "quot"};`,
  );
}

function unescaped(value: string): string {
  if (!value.includes("&")) return value;
  return value.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? all;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
