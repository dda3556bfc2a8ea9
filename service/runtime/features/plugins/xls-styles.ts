import { JavaObject } from "../../base/values/object.js";
import { isMap } from "../../base/values/types.js";

/** Looks of spreadsheet cells (`ow.format.xls.getStyle`), as the I/O thread takes them. */
export class CellStyle extends JavaObject {
  static override readonly className: string = "org.apache.poi.xssf.usermodel.XSSFCellStyle";
  constructor(readonly look: Record<string, unknown>) {
    super();
  }
}

/** The colours that have names, as RGB. */
const colours: Record<string, string> = {
  aqua: "33CCCC",
  black: "000000",
  blue: "0000FF",
  blue_grey: "666699",
  bright_green: "00FF00",
  brown: "993300",
  coral: "FF8080",
  cornflower_blue: "9999FF",
  dark_blue: "000080",
  dark_green: "003300",
  dark_red: "800000",
  dark_teal: "003366",
  dark_yellow: "808000",
  gold: "FFCC00",
  green: "008000",
  grey25: "C0C0C0",
  grey40: "969696",
  grey50: "808080",
  grey80: "333333",
  indigo: "333399",
  lavender: "CC99FF",
  lemon_chiffon: "FFFFCC",
  light_blue: "3366FF",
  light_cornflower_blue: "CCCCFF",
  light_green: "CCFFCC",
  light_orange: "FF9900",
  light_turquoise: "CCFFFF",
  light_yellow: "FFFF99",
  lime: "99CC00",
  maroon: "7F0000",
  olive_green: "333300",
  orange: "FF6600",
  orchid: "660066",
  pale_blue: "99CCFF",
  pink: "FF00FF",
  plum: "993366",
  red: "FF0000",
  rose: "FF99CC",
  royal_blue: "0066CC",
  sea_green: "339966",
  sky_blue: "00CCFF",
  tan: "FFCC99",
  teal: "008080",
  turquoise: "00FFFF",
  violet: "800080",
  white: "FFFFFF",
  yellow: "FFFF00",
};

const borders: Record<string, string> = {
  dash_dot: "dashDot",
  dash_dot_dot: "dashDotDot",
  medium_dash_dot: "mediumDashDot",
  medium_dash_dot_dot: "mediumDashDotDot",
  medium_dashed: "mediumDashed",
  slanted_dash_dot: "slantDashDot",
};

/** @throws Error for a name that is none */
export function colour(name: unknown): { argb: string } {
  const text = String(name).toLowerCase();
  const rgb = colours[text] ?? /^#?([0-9a-f]{6})$/i.exec(text)?.[1];
  if (rgb === undefined) throw new Error(`'${name}' is no colour of a spreadsheet: use red, dark_blue, … or RRGGBB`);
  return { argb: `FF${rgb.toUpperCase()}` };
}

export function borderStyle(name: unknown): string {
  const text = String(name).toLowerCase();
  return borders[text] ?? text;
}

/** A style from a map of what it is to be: `{ bold: true, borderBottom: "thin" }`. */
export function styleOf(map: unknown): CellStyle {
  if (map instanceof CellStyle) return map;
  if (!isMap(map)) throw "aStyleMap should be a map or a CellStyle object.";
  const { bold, italic, underline, strikeout, fontPoints, fontName, fontColor } = map;
  const font = defined({ bold, italic, underline, strike: strikeout, size: fontPoints, name: fontName });
  if (fontColor !== undefined) font.color = colour(fontColor);
  const look: Record<string, unknown> = { font };
  const { wrapText, shrinkToFit, rotation, indention, valign, align } = map;
  const vertical = valign === "center" ? "middle" : valign;
  const horizontal = align === "centerSelection" ? "centerContinuous" : align;
  look.alignment = defined({ wrapText, shrinkToFit, textRotation: rotation, indent: indention, vertical, horizontal });
  look.border = borderOf(map);
  const ground = map.foregroundColor ?? map.backgroundColor;
  if (ground !== undefined) look.fill = { type: "pattern", pattern: "solid", fgColor: colour(ground) };
  return new CellStyle(look);
}

function borderOf(map: Record<string, any>): Record<string, unknown> {
  const border: Record<string, unknown> = {};
  for (const side of ["Top", "Bottom", "Left", "Right"]) {
    const style = map[`border${side}`];
    if (style === undefined || style === "none") continue;
    const shade = map[`border${side}Color`];
    border[side.toLowerCase()] = { style: borderStyle(style), color: shade === undefined ? undefined : colour(shade) };
  }
  return border;
}

function defined(map: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined));
}
