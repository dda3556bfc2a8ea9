import { maxOf } from "../../base/values/lists.js";
import { escapeHtml4, unescapeHtml4 } from "../text/html-entities.js";

/** `ow.format`: escaping, and what an address looks like. */

export function escapeString(text: string, except?: string | string[]): string {
  return text.replace(/[.$?*|{}()[\]\\/+^]/g, (sign) => (except?.includes(sign) ? sign : `\\${sign}`));
}

export const isEmail = (text: unknown): boolean =>
  typeof text === "string" && /^[\w-_.+]*[\w-_.]@(?:\w+\.)+\w+\w$/.test(text);

/** Columns become lines, the last first; shorter lines count as blanks. */
export function transposeArrayLines(lines: string[]): string[] {
  const width = maxOf(lines.map((line) => line.length));
  return Array.from({ length: width }, (_entry, column) =>
    lines.map((line) => line[width - 1 - column] ?? " ").join(""),
  );
}

export const escapeRE = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

export const escapeHTML4 = (text: unknown) => escapeHtml4(String(text));

export const unescapeHTML4 = (text: unknown) => unescapeHtml4(String(text));
