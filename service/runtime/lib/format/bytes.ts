import { optional, required } from "../text/check.js";

/** `ow.format`: sizes in bytes and lengths of time to text and back. */

const byteUnits = ["bytes", "KB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];

/**
 * @param precision decimals; without it 2 below 10, 1 below 100, else none
 */
export function toBytesAbbreviation(bytes?: number, precision?: number): string {
  let size = optional<any>(bytes, "bytes", "number", 0);
  if (size === 0) return "0 bytes";
  let unit = 0;
  while (size >= 1024 && unit < byteUnits.length - 1) {
    size /= 1024;
    unit++;
  }
  const decimals = precision ?? (size < 10 ? 2 : size < 100 ? 1 : 0);
  return `${Number.parseFloat(Number(size).toFixed(decimals))} ${byteUnits[unit]}`;
}

/** @param isDecimal `KB` is 1000 bytes (`KiB` and `Ki` are always 1024) */
export function fromBytesAbbreviation(text: string, isDecimal?: boolean): number {
  const trimmed = required<string>(text, "aStr", "string").trim();
  const parts = /(-?[0-9.]+)\s*([a-zA-Z]+)/.exec(trimmed);
  if (parts === null) throw new TypeError(`"${trimmed}" has no unit: write for example 512 bytes or 10KB`);
  const unit = parts[2]!.toUpperCase();
  const power = "KMGTPEZY".indexOf(unit[0]!) + 1;
  const rest = unit.slice(1);
  if (power === 0 || !["B", "IB", "I"].includes(rest)) return Math.round(Number(parts[1]));
  const base = rest === "B" && isDecimal ? 1000 : 1024;
  return Math.round(Number(parts[1]) * base ** power);
}

const timeUnits: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/** `1h30m` in ms; a number without unit stays itself. */
export function fromTimeAbbreviation(text: string): number {
  const given = required<string>(text, "aStr", "string");
  const parts = [...given.trim().matchAll(/([\d.]+)([a-zA-Z]+)/g)];
  if (parts.length === 0) return Number.parseFloat(given);
  let ms = 0;
  for (const part of parts) {
    const number = /\d+(?:\.\d+)?$/.exec(part[1]!);
    if (number !== null) ms += Number(number[0]) * (timeUnits[part[2]!] ?? 1);
  }
  return ms;
}
