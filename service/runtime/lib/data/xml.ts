import { XMLParser, XMLValidator } from "fast-xml-parser";
import { isDate, isMap } from "../../base/values/types.js";
import { optional } from "../text/check.js";

/** XML text to maps and back (`af.fromXML2Obj`, `af.fromObj2XML`). */

/** An element as the parser keeps it: in order, attributes beside. */
interface XmlElement {
  name: string;
  attributes: [string, string][];
  children: (XmlElement | string)[];
}

/**
 * Elements become keys, repeated ones lists, text-only ones their text.
 * @param ignored attributes to leave out; without a list all are left out
 * @param prefix of attribute keys; text beside attributes has it as its whole key
 * @param reversed only the attributes of the list are kept
 * @throws text when it is not a string, Error with line and column when it is not XML
 */
export function fromXml(text: unknown, ignored?: string[], prefix?: string, reversed?: boolean): any {
  const names = optional<string[] | undefined>(ignored, "", "array", undefined);
  const rules: Rules = {
    prefix: optional(prefix, "", "string", "_"),
    isKept: (name) =>
      optional(reversed, "", "boolean", false)
        ? names === undefined || names.includes(name)
        : names !== undefined && !names.includes(name),
  };
  if (typeof text !== "string") throw "Please provide a string or a XML object.";
  return contentWithAttributes(readXml(text), rules);
}

interface Rules {
  prefix: string;
  isKept(name: string): boolean;
}

const wrapper = "xml";

function readXml(text: string): XmlElement {
  const body = text.replace(/^\s*<\?xml[^?]*\?>/, "");
  const wrapped = `<${wrapper}>${body}</${wrapper}>`;
  const verdict = XMLValidator.validate(wrapped);
  if (verdict !== true)
    throw new TypeError(`not XML at line ${verdict.err.line}, column ${verdict.err.col}: ${verdict.err.msg}`);
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: true,
    cdataPropName: "#cdata",
    processEntities: false,
  });
  return elementOf(wrapper, parser.parse(wrapped)[0]);
}

function elementOf(name: string, node: any): XmlElement {
  const element: XmlElement = { name: localName(name), attributes: [], children: [] };
  for (const [key, value] of Object.entries(node[":@"] ?? {}))
    if (key !== "xmlns" && !key.startsWith("xmlns:"))
      element.attributes.push([localName(key), unescaped(String(value))]);
  for (const child of node[name] as any[]) {
    const key = Object.keys(child).find((candidate) => candidate !== ":@")!;
    if (key === "#text") addText(element, unescaped(String(child[key])));
    else if (key === "#cdata") addText(element, child[key].map((part: any) => part["#text"]).join(""));
    else if (!key.startsWith("?")) element.children.push(elementOf(key, child));
  }
  return element;
}

function addText(element: XmlElement, text: string): void {
  if (text === "") return;
  const last = element.children.length - 1;
  if (typeof element.children[last] === "string") element.children[last] += text;
  else element.children.push(text);
}

const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return entities[name] ?? whole;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}

const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

function contentWithAttributes(element: XmlElement, rules: Rules): any {
  const content = contentOf(element, rules);
  const attributes: Record<string, any> = {};
  for (const [name, value] of element.attributes) if (rules.isKept(name)) attributes[rules.prefix + name] = value;
  if (Object.keys(attributes).length === 0) return content;
  if (isMap(content)) return { ...attributes, ...content };
  if (content !== "") attributes[rules.prefix] = content;
  return attributes;
}

function contentOf(element: XmlElement, rules: Rules): any {
  if (element.children.length === 0) return "";
  const only = element.children[0];
  if (element.children.length === 1 && typeof only === "string") return only;
  const map: Record<string, any> = {};
  for (const child of element.children) {
    if (typeof child === "string") continue;
    const value = contentWithAttributes(child, rules);
    if (!Object.hasOwn(map, child.name)) map[child.name] = value;
    else if (Array.isArray(map[child.name])) map[child.name].push(value);
    else map[child.name] = [map[child.name], value];
  }
  return map;
}

/**
 * The reverse, without escaping and without an XML header.
 * @param attributeKey when given, keys that start with `_` become attributes and `_` the text
 */
export function toXml(value: any, _sanitize?: boolean, attributeKey?: string, prefix = "", suffix = ""): string {
  const hasAttributes = typeof attributeKey === "string";
  const keys = Object.keys(value);
  if (hasAttributes) keys.sort((a, b) => (a === "_" ? 1 : b === "_" ? -1 : 0));
  let xml = prefix;
  for (const key of keys) {
    const entry = value[key];
    if (Array.isArray(entry)) for (const item of entry) xml += element(key, item);
    else if (isDate(entry)) xml += `<${key}>${entry.toISOString()}</${key}>`;
    else if (typeof entry === "object") xml += element(key, entry);
    else if (hasAttributes && key === "_") xml += entry;
    else if (hasAttributes && key.startsWith("_")) xml = xml.replace(/>$/, () => ` ${key.slice(1)}="${entry}">`);
    else xml += `<${key}>${entry}</${key}>`;
  }
  // Texts in lists are taken apart into numbered characters: the numbers are no elements.
  return (xml + suffix).replace(/<\/?[0-9]+>/g, "");

  function element(name: string, content: any): string {
    return toXml(Object(content ?? {}), _sanitize, attributeKey, `<${name}>`, `</${name}>`);
  }
}

export const fromObj2XML = (value: any, sanitize?: boolean, attributeKey?: string, prefix?: string, suffix?: string) =>
  toXml(value, sanitize, attributeKey, prefix, suffix);
