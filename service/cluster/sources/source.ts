import { type Address, parseAddress } from "../../base/address.js";

/** A source of node addresses, one entry of CDISC. */
export type SourceSpec =
  | { kind: "node"; address: Address }
  /** All A and AAAA records of a name. */
  | { kind: "dns"; name: string; port: number }
  /** SRV records (RFC 2782), which have ports too. */
  | { kind: "srv"; name: string };

const NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?$/;

/**
 * Reads CDISC.
 * @throws Error that names the entry and the right form
 */
export function readSources(text: string): SourceSpec[] {
  return entriesOf(text).map((entry) => {
    const [kind, ...rest] = entry.split(":");
    if (kind === "srv" && rest.length === 1 && NAME.test(rest[0]!)) return { kind: "srv", name: rest[0]! };
    if (kind === "dns" && rest.length === 2 && NAME.test(rest[0]!) && /^\d{1,5}$/.test(rest[1]!)) {
      const port = Number(rest[1]);
      if (port > 0 && port < 65536) return { kind: "dns", name: rest[0]!, port };
    }
    const address = parseAddress(entry);
    if (address !== undefined) return { kind: "node", address };
    throw new Error(
      `'${entry}' must be host:port, dns:name:port (all addresses of a name) or srv:name (its SRV records)`,
    );
  });
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
