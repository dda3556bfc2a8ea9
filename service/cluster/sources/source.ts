import { type Address, parseAddress } from "../../base/address.js";
import { readSource, type SourceSpec } from "../../config/discovery/index.js";

/**
 * Reads CDISC.
 * @throws Error that names the entry and the right form
 */
export function readSources(text: string): SourceSpec[] {
  return entriesOf(text).map(readSource);
}

/**
 * Reads FALLBACKS.
 * @throws Error that names the entry and the right form
 */
export function readFallbacks(text: string): Address[] {
  return entriesOf(text).map((entry) => {
    const address = parseAddress(entry);
    if (address === undefined) throw new Error(`'${entry}' is not host:port`);
    return address;
  });
}

function entriesOf(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}
