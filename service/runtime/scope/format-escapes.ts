import { escapeHtml4, escapeMarkup, unescapeHtml4 } from "../text/html-entities.js";

/** `ow.format`: escaping, and what an address looks like. */

function escapeString(text: string, except?: string | string[]): string {
  return text.replace(/[.$?*|{}()[\]\\/+^]/g, (sign) => (except?.includes(sign) ? sign : `\\${sign}`));
}

const octet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

const isIPv4 = (text: unknown): boolean => ipv4.test(String(text));

/** Eight groups of hexadecimal digits, one run of zeros as `::`, the last two groups also as IPv4 (RFC 4291). */
function isIPv6(text: unknown): boolean {
  const address = String(text).replace(/%\w+$/, "");
  const halves = address.split("::");
  if (halves.length > 2) return false;
  let count = 0;
  for (const [index, half] of halves.entries()) {
    const groups = half === "" ? [] : half.split(":");
    for (const [at, group] of groups.entries()) {
      const isLast = index === halves.length - 1 && at === groups.length - 1;
      if (isLast && ipv4.test(group)) count += 2;
      else if (/^[0-9a-fA-F]{1,4}$/.test(group)) count++;
      else return false;
    }
  }
  return halves.length === 2 ? count < 8 : count === 8;
}

const isEmail = (text: unknown): boolean => typeof text === "string" && /^[\w-_.+]*[\w-_.]@(?:\w+\.)+\w+\w$/.test(text);

/** A scheme and a rest: whether the rest makes sense is not asked. */
const isURL = (text: unknown): boolean =>
  typeof text === "string" && /^(?:https?|ftp|file|jar|mailto):\S+/i.test(text.trim());

const isHost = (text: unknown): boolean =>
  typeof text === "string" &&
  (isIPv4(text) || isIPv6(text) || /^(?!-)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*$/.test(text));

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
  "ow.format.isIPv4": isIPv4,
  "ow.format.isIPv6": isIPv6,
  "ow.format.isEmail": isEmail,
  "ow.format.isURL": isURL,
  "ow.format.isHost": isHost,
  "ow.format.transposeArrayLines": transposeArrayLines,
};
