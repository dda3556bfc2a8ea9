import type { OptionName } from "./schema.js";

/**
 * Options, or single choices of one, that the schema knows and this version does not support: they are refused, and the
 * documentation says so.
 */
export const unsupported: { [Name in OptionName]?: true | readonly string[] } = {
  ENGINE: ["openaf", "auto"],
};

/** The sentence for the documentation of an option; empty when all of it is supported. */
export function unsupportedText(name: OptionName): string {
  const missing = unsupported[name];
  if (missing === undefined) return "";
  return missing === true
    ? "Not available yet in this version."
    : `Not available yet in this version: ${missing.join(", ")}.`;
}
