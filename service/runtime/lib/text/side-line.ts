import { jobScope } from "../../base/job-scope.js";
import { ansiColor } from "./ansi.js";
import { optional } from "./check.js";
import { type FrameTheme, frameThemes, symbols } from "./symbols.js";
import { visibleLength } from "./visible-length.js";
import { wordWrap } from "./word-wrap.js";

/** Texts with a line beside them or a frame around them (`ow.format.withSideLine`). */

interface FrameTexts {
  header?: string;
  footer?: string;
  headerAlign?: "left" | "right" | "center";
  footerAlign?: "left" | "right" | "center";
}

const terminalWidth = 80;

/**
 * @param width of the whole in columns; the text is wrapped to it
 * @param line colour of the line
 * @param colour colour of the text
 */
export function withSideLine(
  text?: string,
  width?: number,
  line?: string,
  colour?: string,
  theme?: FrameTheme,
  texts?: FrameTexts,
): string {
  const given = optional<string | undefined>(text, "aString", "string", undefined);
  const size = optional(width, "aSize", "number", terminalWidth);
  const lineColour = optional(line, "ansiLine", "string", "RESET");
  const frame: FrameTheme = {
    tab: "   ",
    ...optional<FrameTheme>(theme, "aTheme", "map", { lmiddle: symbols.lineV! }),
  };
  const extra = optional<FrameTexts>(texts, "aExtra", "map", {});
  const paint = (sign: string | undefined) => (sign === undefined ? "" : ansiColor(lineColour, sign));
  const parts: string[] = [];

  if (frame.ltop !== undefined || frame.rtop !== undefined)
    parts.push(paint(frame.ltop) + edge(frame.rtop, frame.tmiddle, extra.header, extra.headerAlign, size, paint));
  if (given !== undefined) {
    const shown = (part: string) => (colour === undefined ? part : ansiColor(colour, part));
    const lines = wordWrap(given.replace(/\t/g, frame.tab!), size - 3).split("\n");
    for (const entry of lines) {
      const room = " ".repeat(Math.max(0, size - visibleLength(entry) - 3));
      const right = frame.rmiddle === undefined ? "" : shown(room) + paint(frame.rmiddle);
      parts.push(paint(frame.lmiddle) + shown(` ${entry}`) + right);
    }
  }
  if (frame.lbottom !== undefined || frame.rbottom !== undefined)
    parts.push(paint(frame.lbottom) + edge(frame.rbottom, frame.bmiddle, extra.footer, extra.footerAlign, size, paint));
  return parts.join("\n");
}

/** The part after the left corner: the line, perhaps with a text in it, and the right corner. */
function edge(
  corner: string | undefined,
  sign = " ",
  text: string | undefined,
  align: FrameTexts["headerAlign"] = "left",
  size: number,
  paint: (sign: string | undefined) => string,
): string {
  if (corner === undefined) return "";
  const room = size - 4 - (text === undefined ? 0 : visibleLength(text));
  if (text === undefined || room <= 0) return paint(sign.repeat(Math.max(0, size - 2))) + paint(corner);
  const before = align === "left" ? 2 : align === "right" ? room : Math.floor(room / 2) + 1;
  const after = align === "left" ? room : align === "right" ? 2 : Math.round(room / 2) + 1;
  return paint(sign.repeat(before)) + text + paint(sign.repeat(after)) + paint(corner);
}

export const themes = () => ({ ...frameThemes(), ...jobScope.__flags?.sideLineCustomThemes });

export const syms = () => ({ ...symbols });
