import { resolve } from "node:path";
import type { OptionValue, ValueSpec } from "./option-spec.js";

/** An option's text is invalid; the message gives the right form. */
export class WrongValue extends Error {}

const booleans: Record<string, boolean> = {
  true: true,
  yes: true,
  on: true,
  "1": true,
  false: false,
  no: false,
  off: false,
  "0": false,
};

const byteUnits: Record<string, number> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/**
 * Parses an option's text.
 * @param cwd base of relative paths
 * @throws WrongValue
 */
export function parseValue(spec: ValueSpec, text: string, cwd: string): OptionValue {
  switch (spec.type) {
    case "boolean": {
      const value = booleans[text.trim().toLowerCase()];
      if (value === undefined) throw new WrongValue("must be true or false");
      return value;
    }
    case "choice": {
      const value = spec.choices!.find((choice) => choice === text.trim().toLowerCase());
      if (value === undefined) throw new WrongValue(`must be one of ${spec.choices!.join(", ")}`);
      return value;
    }
    case "integer":
      return inRange(spec, /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : Number.NaN);
    case "bytes": {
      const match = /^\s*(\d+)\s*([kmg]?)(?:i?b)?\s*$/i.exec(text);
      return inRange(spec, match === null ? Number.NaN : Number(match[1]) * byteUnits[match[2]!.toLowerCase()]!);
    }
    case "folder":
    case "file":
      if (text.includes("\0")) throw new WrongValue(`must be the path of a ${spec.type}`);
      return resolve(cwd, text);
    case "text":
      if (spec.pattern !== undefined && !new RegExp(spec.pattern.regex).test(text)) {
        throw new WrongValue(`must be ${spec.pattern.words}`);
      }
      return text;
  }
}

function inRange(spec: ValueSpec, value: number): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = spec;
  if (!(value >= min && value <= max)) throw new WrongValue(`must be ${rangeWords(spec)}`);
  return value;
}

/** Allowed range of a number: `a whole number from 0 to 65535`. */
export function rangeWords(spec: ValueSpec): string {
  const { min = 0, max } = spec;
  const unit = spec.unit === undefined ? "" : ` (${spec.unit})`;
  const kind = spec.type === "bytes" ? "a number of bytes (512, 64KB, 10MB, 1GB)" : `a whole number${unit}`;
  return max === undefined ? `${kind}, at least ${min}` : `${kind} from ${min} to ${max}`;
}

/** A value as the user would write it. */
export function formatValue(spec: ValueSpec, value: OptionValue): string {
  if (spec.type !== "bytes" || typeof value !== "number") return String(value);
  for (const unit of ["g", "m", "k"]) {
    const size = byteUnits[unit]!;
    if (value >= size && value % size === 0) return `${value / size}${unit.toUpperCase()}B`;
  }
  return String(value);
}
