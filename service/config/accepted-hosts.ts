import { isIP } from "node:net";
import { listPattern, portRegex } from "./option-spec.js";

/** A name or an IP address, with an optional port: the content of `Host`, and each entry of HOSTS. */
export interface Authority {
  /** Lower case; an IPv6 address without brackets, in its shortest form. */
  name: string;
  port?: number;
}

const NAME = "[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?";

/** Form of HOSTS. */
export const hostsPattern = listPattern(
  `(?:\\*|(?:(?:\\*\\.)?${NAME}|\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\\])(?::${portRegex})?)`,
  "name, name:port, *.domain or an IP address (IPv6 in brackets), separated by commas; or * for any",
);

/**
 * Parses `name`, `name:port`, `[IPv6]` or `[IPv6]:port`.
 * @returns undefined when the text has another form
 */
export function parseAuthority(text: string): Authority | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:@/?#\\[\]]+))(?::(\d{1,5}))?$/i.exec(text);
  if (match === null) return undefined;
  const [, v6, plain, digits] = match;
  const name = v6 === undefined ? plain!.toLowerCase().replace(/\.$/, "") : canonicalAddress(v6);
  if (name === undefined || name === "") return undefined;
  if (digits === undefined) return { name };
  const port = Number(digits);
  return port >= 1 && port <= 65_535 ? { name, port } : undefined;
}

/** The canonical form of an IP address; IPv4 mapped to IPv6 becomes IPv4. */
export function canonicalAddress(address: string): string | undefined {
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  if (isIP(v4) === 4) return v4;
  return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : undefined;
}

/** The names that HOSTS lists. */
export class Hosts {
  /** `*`: any name. */
  readonly isAny: boolean;
  private readonly exact: Authority[] = [];
  private readonly domains: Authority[] = [];

  /** @param text value of HOSTS, checked by {@link hostsPattern} */
  constructor(text: string | undefined) {
    const entries = (text ?? "").split(",").map((entry) => entry.trim());
    this.isAny = entries.includes("*");
    for (const entry of entries) {
      const isDomain = entry.startsWith("*.");
      const authority = parseAuthority(isDomain ? entry.slice(1) : entry);
      if (authority !== undefined && entry !== "*") (isDomain ? this.domains : this.exact).push(authority);
    }
  }

  /** Is it listed, by name or by domain? */
  has(authority: Authority): boolean {
    return (
      this.isAny ||
      this.names(authority) ||
      this.domains.some((domain) => authority.name.endsWith(domain.name) && isPortOf(domain, authority))
    );
  }

  /** Is it listed by its own name? */
  names(authority: Authority): boolean {
    return this.exact.some((entry) => entry.name === authority.name && isPortOf(entry, authority));
  }
}

/** An entry without a port stands for all ports; clients leave the ports of http and https out. */
function isPortOf(entry: Authority, { port }: Authority): boolean {
  return entry.port === undefined || entry.port === port || (port === undefined && [80, 443].includes(entry.port));
}
