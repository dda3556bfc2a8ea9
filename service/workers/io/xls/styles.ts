import type { XlsColour, XlsStyle } from "./look.js";
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

/** Formats every program knows by number that show dates: `mm-dd-yy`, `h:mm`, `[h]:mm:ss` … */
const DATE_FORMATS = [14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47];
/** Formats of a workbook's own have numbers from here on. */
const FIRST_OWN_FORMAT = 164;
const HORIZONTAL = ["left", "center", "right", "fill", "centerContinuous", "distributed", "justify"];
const VERTICAL: Record<string, string> = {
  top: "top",
  middle: "center",
  bottom: "bottom",
  distributed: "distributed",
  justify: "justify",
};

/** The looks of cells (`xl/styles.xml`): a cell has the number of one, which is made of numbers of fonts, fills and borders. */
export class Styles {
  private readonly made = new Map<string, number>();
  private readonly dates = new Map<number, boolean>();

  constructor(private readonly document: XmlDocument) {}

  /** Are numbers of this look shown as dates? */
  isDate(look: number): boolean {
    let isDate = this.dates.get(look);
    if (isDate === undefined) {
      isDate = this.showsDate(look);
      this.dates.set(look, isDate);
    }
    return isDate;
  }

  /** The look that is like another one, but for what `style` and `dateFormat` say. */
  like(look: number, style: XlsStyle | undefined, dateFormat: string | undefined): number {
    if (style === undefined && dateFormat === undefined) return look;
    const key = JSON.stringify([look, style, dateFormat]);
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const looks = this.list("cellXfs");
    const node = structuredClone(elements(looks, "xf")[look] ?? this.document.make("xf", { numFmtId: 0, xfId: 0 }));
    if (style?.font !== undefined) this.apply(node, "font", this.add("fonts", this.font(style.font)));
    if (style?.fill !== undefined) this.apply(node, "fill", this.add("fills", this.fill(style.fill)));
    if (style?.border !== undefined) this.apply(node, "border", this.add("borders", this.border(style.border)));
    if (style?.alignment !== undefined) this.align(node, style.alignment);
    if (dateFormat !== undefined) {
      setAttribute(node, "numFmtId", this.format(dateFormat));
      setAttribute(node, "applyNumberFormat", 1);
    }
    const number = this.add("cellXfs", node);
    this.made.set(key, number);
    return number;
  }

  private showsDate(look: number): boolean {
    const node = elements(element(this.document.root, "cellXfs"), "xf")[look];
    const id = node && attribute(node, "numFmtId");
    const format = this.ownFormats().find((own) => attribute(own, "numFmtId") === id);
    if (format === undefined) return DATE_FORMATS.includes(Number(id ?? 0));
    const code = attribute(format, "formatCode") ?? "";
    return /[ymdhMsb]/.test(code.replace(/\[[^\]]*\]/g, "").replace(/"[^"]*"/g, ""));
  }

  private apply(node: XmlNode, what: "font" | "fill" | "border", number: number): void {
    setAttribute(node, `${what}Id`, number);
    setAttribute(node, `apply${what[0]!.toUpperCase()}${what.slice(1)}`, 1);
  }

  /** Adds to a list that counts its elements; an element that is there already is not added. */
  private add(name: string, node: XmlNode): number {
    const list = this.list(name);
    const nodes = childrenOf(list).filter((child) => child["#text"] === undefined);
    const text = JSON.stringify(node);
    const known = nodes.findIndex((other) => JSON.stringify(other) === text);
    if (known >= 0) return known;
    childrenOf(list).push(node);
    setAttribute(list, "count", nodes.length + 1);
    return nodes.length;
  }

  private list(name: string): XmlNode {
    const there = element(this.document.root, name);
    if (there !== undefined) return there;
    const order = ["numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs"];
    const made = this.document.make(name);
    insert(this.document.root, made, order.slice(0, order.indexOf(name)));
    return made;
  }

  private ownFormats(): XmlNode[] {
    return elements(element(this.document.root, "numFmts"), "numFmt");
  }

  private format(code: string): number {
    const own = this.ownFormats();
    const known = own.find((node) => attribute(node, "formatCode") === code);
    if (known !== undefined) return Number(attribute(known, "numFmtId"));
    const id = Math.max(FIRST_OWN_FORMAT - 1, ...own.map((node) => Number(attribute(node, "numFmtId")))) + 1;
    this.add("numFmts", this.document.make("numFmt", { numFmtId: id, formatCode: code }));
    return id;
  }

  private font({ bold, italic, strike, underline, size, color, name }: NonNullable<XlsStyle["font"]>): XmlNode {
    const make = this.document.make.bind(this.document);
    const children: XmlNode[] = [];
    if (bold) children.push(make("b"));
    if (italic) children.push(make("i"));
    if (strike) children.push(make("strike"));
    if (underline) children.push(make("u", { val: typeof underline === "string" ? underline : undefined }));
    if (size !== undefined) children.push(make("sz", { val: size }));
    if (color !== undefined) children.push(this.colour("color", color));
    if (name !== undefined) children.push(make("name", { val: name }));
    return make("font", {}, children);
  }

  private fill({ fgColor }: NonNullable<XlsStyle["fill"]>): XmlNode {
    const pattern = this.document.make("patternFill", { patternType: "solid" }, [this.colour("fgColor", fgColor)]);
    return this.document.make("fill", {}, [pattern]);
  }

  private border(border: NonNullable<XlsStyle["border"]>): XmlNode {
    const sides = (["left", "right", "top", "bottom"] as const).map((side) => {
      const { style, color } = border[side] ?? {};
      return this.document.make(side, { style }, color === undefined ? [] : [this.colour("color", color)]);
    });
    return this.document.make("border", {}, [...sides, this.document.make("diagonal")]);
  }

  private align(node: XmlNode, alignment: NonNullable<XlsStyle["alignment"]>): void {
    const { horizontal, vertical, wrapText, shrinkToFit, textRotation, indent } = alignment;
    const angle = Math.round(Number(textRotation ?? 0));
    const attributes = {
      horizontal: HORIZONTAL.includes(horizontal!) ? horizontal : undefined,
      vertical: VERTICAL[vertical!],
      textRotation: Math.abs(angle) <= 90 && angle !== 0 ? (angle > 0 ? angle : 90 - angle) : undefined,
      wrapText: wrapText ? 1 : undefined,
      indent: Number(indent) > 0 ? Math.round(Number(indent)) : undefined,
      shrinkToFit: shrinkToFit ? 1 : undefined,
    };
    const old = element(node, "alignment");
    if (old !== undefined) childrenOf(node).splice(childrenOf(node).indexOf(old), 1);
    const isPlain = Object.values(attributes).every((value) => value === undefined);
    if (!isPlain) childrenOf(node).unshift(this.document.make("alignment", attributes));
    setAttribute(node, "applyAlignment", isPlain ? undefined : 1);
  }

  private colour(name: string, { argb }: XlsColour): XmlNode {
    return this.document.make(name, { rgb: argb });
  }
}
