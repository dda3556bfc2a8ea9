import { parse, stringify } from "smol-toml";
import { isMap } from "../../base/values/types.js";

/** TOML text to values and back. */

/** @throws TomlError with line and column when the text is broken */
export function fromToml(text: unknown): any {
  return plain(parse(String(text)));
}

/** A map as TOML; anything else has no TOML form and gives undefined. */
export function toToml(value: unknown): string | undefined {
  return isMap(value) ? stringify(value) : undefined;
}

/** Maps of the parser have no prototype and its dates are a class of its own: both become plain ones. */
function plain(value: any): any {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  const map: Record<string, any> = {};
  for (const key of Object.keys(value)) map[key] = plain(value[key]);
  return map;
}
