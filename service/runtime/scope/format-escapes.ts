import { escapeHtml4, escapeMarkup, unescapeHtml4 } from "../text/html-entities.js";
import { globals } from "../world.js";

/** `ow.format`: escaping, and what an address looks like. */

function escapeString(text: string, except?: string | string[]): string {
  return text.replace(/[.$?*|{}()[\]\\/+^]/g, (sign) => (except?.includes(sign) ? sign : `\\${sign}`));
}

const isEmail = (text: unknown): boolean => typeof text === "string" && /^[\w-_.+]*[\w-_.]@(?:\w+\.)+\w+\w$/.test(text);

/** Columns become lines, the last first; shorter lines count as blanks. */
function transposeArrayLines(lines: string[]): string[] {
  const width = Math.max(...lines.map((line) => line.length));
  return Array.from({ length: width }, (_entry, column) =>
    lines.map((line) => line[width - 1 - column] ?? " ").join(""),
  );
}

export const scope = {
  "ow.format.escapeRE": (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
  "ow.format.escapeString": escapeString,
  "ow.format.escapeHTML": escapeMarkup,
  "ow.format.escapeHTML4": (text: unknown) => escapeHtml4(String(text)),
  "ow.format.unescapeHTML4": (text: unknown) => unescapeHtml4(String(text)),
  "ow.format.isIPv4": (text: unknown) => globals.ow.net.isIPv4(text),
  "ow.format.isIPv6": (text: unknown) => globals.ow.net.isIPv6(text),
  "ow.format.isEmail": isEmail,
  "ow.format.isURL": (text: unknown) => globals.ow.net.isURL(text),
  "ow.format.isHost": (text: unknown) => globals.ow.net.isHost(text),
  "ow.format.transposeArrayLines": transposeArrayLines,
};
