import { toHost, toJava } from "../../base/values/bytes.js";
import { world } from "../../base/world.js";
import { ansiColor } from "../text/ansi.js";
import { optional, required } from "../text/check.js";
import { likenessDistance, likenessHash } from "../text/likeness.js";
import { progress } from "../text/progress.js";
import { wordWrap } from "../text/word-wrap.js";

/** `ow.format.string`: work on texts and on bytes shown as text. */

/** `*` any signs, `?` one. */
export function wildcardRE(pattern: string, useCase?: boolean): RegExp {
  const source = required<string>(pattern, "pattern", "string")
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, optional(useCase, "scase", "boolean", false) ? "" : "i");
}

export function bestPrefix(text: string, list: string[]): string | undefined {
  let best: string | undefined;
  for (const entry of list) if (text.startsWith(entry) && entry.length > (best?.length ?? 0)) best = entry;
  return best;
}

export function tabExpand(text: string, width?: number): string {
  const size = optional(width, "aTabSize", "number", 8);
  const expand = (line: string) => {
    let out = "";
    for (const sign of line) out += sign === "\t" ? " ".repeat(size - (out.length % size)) : sign;
    return out;
  };
  return required<string>(text, "aStr", "string").split("\n").map(expand).join("\n");
}

export function printable(bytes: unknown, sign?: string): string {
  const other = optional(sign, "", "string", ".");
  return Array.from(toHost(bytes), (byte) => (byte >= 32 ? String.fromCharCode(byte) : other)).join("");
}

export function toHex(bytes: unknown, separator?: string): string {
  const pairs = Array.from(toHost(bytes), (byte) => byte.toString(16).padStart(2, "0").toUpperCase());
  return pairs.join(optional(separator, "", "string", " "));
}

export function toHexArray(bytes: unknown, perLine?: number): any[] {
  const size = optional(perLine, "", "number", 30);
  const all = toHost(bytes);
  const lines: any[] = [];
  let at = 0;
  do {
    const part = toJava(all.slice(at, at + size));
    at += part.length;
    lines.push({ pos: Math.max(0, at - size), hex: toHex(part), characters: printable(part) });
  } while (at < all.length);
  return lines;
}

export function bool(value: unknown, isLight?: boolean, extra?: string): string {
  const sign = value ? (isLight ? "✓" : "✔") : isLight ? "✕" : "✖";
  return ansiColor(`${extra ? `${extra},` : ""}${value ? "GREEN" : "RED"}`, sign);
}

const passwordSets: Record<string, string> = {
  lowercase: "abcdefghijklmnopqrstuvwxyz",
  uppercase: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numbers: "1234567890",
  symbols: "!@#$%*+_-?",
  symbols2: "\",./:;'<=>(){}?@[\\]^`~&",
};
const passwordWeights: Record<string, number> = { lowercase: 40, uppercase: 36, numbers: 15, symbols: 9, symbols2: 9 };

export function genPass(
  size = 12,
  sets = ["lowercase", "uppercase", "numbers", "symbols"],
  exclude = "",
  weights: Record<string, number> = {},
): string {
  const weightOf = (name: string) => weights[name] ?? passwordWeights[name] ?? 0;
  const total = sets.reduce((sum, name) => sum + weightOf(name), 0);
  let password = "";
  while (password.length < size) {
    let pick = random() * total;
    const set = sets.find((name) => (pick -= weightOf(name)) < 0) ?? sets[sets.length - 1]!;
    const signs = [...(passwordSets[set] ?? "")].filter((sign) => !exclude.includes(sign));
    if (signs.length > 0) password += signs[Math.floor(random() * signs.length)];
    else if (sets.length === 1) throw `no sign of the set ${set} is left after leaving out "${exclude}"`;
  }
  return password;
}

/** From 0 to below 1, from the system's source of randomness. */
function random(): number {
  const [a, b, c, d] = world.host.bytes.random(4) as unknown as [number, number, number, number];
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) / 2 ** 32;
}

export const surrogates = (code: number): [number, number] => [
  Math.floor((code - 0x10000) / 0x400) + 0xd800,
  ((code - 0x10000) % 0x400) + 0xdc00,
];

export const bar = (
  value: number,
  max?: number,
  min?: number,
  size?: number,
  sign?: string,
  space?: string,
  head?: string,
) => progress(value, max, min, size, sign ?? ansiColor("BOLD", "━"), space ?? ansiColor("FAINT", "─"), head);

export const wrapWords = (text: unknown, width: number, lineEnd?: string, tabs?: number) =>
  wordWrap(text, required(width, "maxWidth", "number"), lineEnd, tabs);

export const wildcardTest = (text: string, pattern: string, useCase?: boolean) =>
  wildcardRE(pattern, useCase).test(required<string>(text, "str", "string"));

export const separatorsToUnix = (text: string) => String(text).replace(/\\/g, "/");

export const separatorsToWindows = (text: string) => String(text).replace(/\//g, "\\");

export const unicode = (code: number) => String.fromCodePoint(code);

export const getAstralCodePoint = (high: number, low: number) => (high - 0xd800) * 0x400 + low - 0xdc00 + 0x10000;

export const lsHash = (a: string, b?: string, ignoresLength?: boolean) =>
  b === undefined ? likenessHash(a) : likenessDistance(likenessHash(a), likenessHash(b), ignoresLength);

export const pauseString = (text: unknown) => world.host.output.write(1, `${text}\n`);
