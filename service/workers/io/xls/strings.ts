import { childrenOf, localName, textIn, type XmlDocument, type XmlNode } from "./xml.js";

/** Characters that XML cannot contain. */
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]/g;

/** `_x000D_` is the character of that code. */
export function decodeText(text: string): string {
  return text.replace(/_x([0-9A-F]{4})_/g, (_all, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** A line ends by one character, what XML cannot have is left out, and what looks like a character of a code is none. */
export function encodeText(text: string): string {
  const allowed = text.replace(/\r\n?/g, "\n").replace(FORBIDDEN, "");
  return allowed.replace(/_(?=x[0-9A-F]{4}_)/g, "_x005F_");
}

/** The text of `<si>` or `<is>`: of its runs together, without what is only for pronunciation. */
export function textOfString(node: XmlNode | undefined): string {
  if (node === undefined) return "";
  const parts = childrenOf(node).map((child) => {
    if (localName(child) === "t") return textIn(child)!;
    return localName(child) === "r" ? runText(child) : "";
  });
  return decodeText(parts.join(""));
}

function runText(node: XmlNode): string {
  return childrenOf(node)
    .filter((child) => localName(child) === "t")
    .map((child) => textIn(child)!)
    .join("");
}

/** `<is>`, which keeps a text in its cell. */
export function makeString(document: XmlDocument, text: string): XmlNode {
  return document.make("is", {}, [document.make("t", { "xml:space": "preserve" }, [encodeText(text)])]);
}
