import type { IncomingMessage } from "node:http";
import { ServiceError } from "../../base/errors.js";
import { type Authority, type OwnNames, parseAuthority } from "../../config/own-names.js";

/** The reason for which a request is refused. */
export type OriginRefusal = ServiceError<"cross_origin" | "foreign_host">;

/** Number of values of `Host` that are remembered. */
const MOST_KEPT = 100;
/** Values that browsers send with a request from the node's own page or from the user, not from another site. */
const ownSites: readonly unknown[] = [undefined, "same-origin", "none"];

/**
 * Refuses requests of foreign web pages, before any other check. A page can reach a node that its reader can reach in two
 * ways:
 *
 * - It sends a cross-origin request. Browsers name its origin in `Origin` (RFC 6454) and `Sec-Fetch-Site` (W3C Fetch Metadata).
 * - Its owner makes the name of the page resolve to the node after the page was loaded (DNS rebinding). For the browser both
 *   are the same origin then, but `Host` has a name that is not one of this node.
 */
export class OriginCheck {
  /** Values of `Host` that are names of the node. */
  private readonly known = new Set<string>();

  constructor(private readonly names: OwnNames) {}

  /** @returns undefined when the request is accepted */
  refusal(request: IncomingMessage): OriginRefusal | undefined {
    const { headers } = request;
    const { origin } = headers;
    const site = headers["sec-fetch-site"];
    const host = hostOf(request);
    const isKnown = host === undefined || this.isKnown(host);
    if (!ownSites.includes(site) || (origin !== undefined && !this.isOwnPage(origin, host, isKnown))) {
      return new ServiceError("cross_origin", { origin: origin ?? String(site) });
    }
    return isKnown ? undefined : new ServiceError("foreign_host", { host });
  }

  private isKnown(host: string): boolean {
    if (this.known.has(host)) return true;
    if (!this.names.hasHost(host)) return false;
    if (this.known.size >= MOST_KEPT) this.known.clear();
    this.known.add(host);
    return true;
  }

  /** Has the page the host name of the request, or one in HOSTS? Balancers may replace the name in a request. */
  private isOwnPage(origin: string, host: string | undefined, isKnown: boolean): boolean {
    const page = pageOf(origin);
    if (page === undefined) return false;
    if (this.names.isListed(page)) return true;
    const own = host === undefined || !isKnown ? undefined : parseAuthority(host);
    if (own === undefined || own.name !== page.name) return false;
    return own.port === page.port || (own.port ?? page.port) === (origin.startsWith("https:") ? 443 : 80);
  }
}

/** The host of a request: that of the target if it has one (RFC 9112, 3.2.2), else `Host`. */
function hostOf({ url = "/", headers }: IncomingMessage): string | undefined {
  if (url.startsWith("/") || url === "*") return headers.host;
  return /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? url;
}

/** Host and port of an origin; undefined for `null` and for other schemes than http and https. */
function pageOf(origin: string): Authority | undefined {
  const match = /^https?:\/\/(.+)$/i.exec(origin);
  return match === null ? undefined : parseAuthority(match[1]!);
}
