import { jobScope } from "../../base/job-scope.js";
import { world } from "../../base/world.js";
import { optional, required } from "./check.js";
import { visibleLength, withoutColours } from "./visible-length.js";

/** Colours on a terminal (`ansiColor` and its family). Without a terminal texts stay as they are unless forced. */

const names = "BLACK RED GREEN YELLOW BLUE MAGENTA CYAN WHITE".split(" ");
const attributes: Record<string, string> = {
  RESET: "",
  BOLD: "1",
  INTENSITY_BOLD: "1",
  FAINT: "2",
  INTENSITY_FAINT: "2",
  ITALIC: "3",
  UNDERLINE: "4",
  BLINK_SLOW: "5",
  BLINK_FAST: "6",
  NEGATIVE_ON: "7",
  CONCEAL_ON: "8",
  UNDERLINE_DOUBLE: "21",
  UNDERLINE_OFF: "24",
  BLINK_OFF: "25",
  NEGATIVE_OFF: "27",
  CONCEAL_OFF: "28",
};
for (const [index, name] of names.entries()) {
  attributes[name] = attributes[`FG_${name}`] = String(30 + index);
  attributes[`BG_${name}`] = String(40 + index);
}

const reset = "\x1b[m";
const codes = new Map<string, string>();

/** Are colours wanted: a terminal is there, or a format that is all about colour switched them on. */
export const coloursAreOn = (): boolean => jobScope.__conConsole === true || world.host.process.isTerminal();

/**
 * @param attributes names separated by commas (`red,bold`), `FG(12)`, `BG_RGB(1,2,3)`
 * @param force colours also without a terminal
 */
export function ansiColor(attributes: any, text: any, force = false, _noCache = false, noReset = false): string {
  if (!force && !coloursAreOn()) return text;
  const wanted = optional(attributes, "aAnsi", "string", "");
  const shown = optional(text, "aString", "string", "");
  return wanted === "" ? shown : codeOf(wanted) + shown + (noReset ? "" : reset);
}

function codeOf(wanted: string): string {
  let code = codes.get(wanted);
  if (code === undefined) codes.set(wanted, (code = makeCode(wanted)));
  return code;
}

function makeCode(wanted: string): string {
  let extended = "";
  const plain: string[] = [];
  for (const entry of wanted.match(/[^,(]+(?:\([^)]*\))?/g) ?? []) {
    const name = entry.trim().toUpperCase();
    const colour = /^(BG_RGB|FG_RGB|RGB|BG|FG)\(([\d\s,]+)\)$/.exec(name);
    if (colour === null) {
      const attribute = attributes[name];
      if (attribute !== undefined) plain.push(attribute);
      continue;
    }
    const layer = colour[1]!.startsWith("BG") ? 48 : 38;
    const numbers = colour[2]!.split(",").map((number) => number.trim());
    extended = `\x1b[${layer};${numbers.length === 3 ? 2 : 5};${numbers.join(";")}m${extended}`;
  }
  return (plain.length > 0 ? `\x1b[${plain.filter((number) => number !== "").join(";")}m` : "") + extended;
}

/** Characters of the text; colour codes are left out when colours are on. */
export function ansiLength(text: string, force = false, useVisible = true): number {
  const plain = required<string>(text, "aString", "string");
  if (useVisible) return visibleLength(plain);
  return (force || coloursAreOn() ? withoutColours(plain) : plain).length;
}

/** Codes of colours need no start or end here. */
export const ignored = () => undefined;

export const ansiWinTermCap = () => true;

export const __initializeCon = () => world.host.process.isTerminal();
