import type { IncomingMessage } from "node:http";
import { ServiceError } from "../../base/errors.js";
import { type Authority, type OwnNames, parseAuthority } from "../../config/own-names.js";

/** Why a request may not come in. */
export type DoorRefusal = ServiceError<"cross_origin" | "foreign_host">;

/** Values of `Host` whose answer is kept. */
const MOST_KEPT = 100;
/** Values that browsers send with a request from the node's own page or from the user, not from another site. */
const ownSites: readonly unknown[] = [undefined, "same-origin", "none"];

/**
 * Keeps the web pages of others out, before anything else is looked at. Two ways lead a page to a node that its reader
 * reaches:
 *
 * - it sends there from where it is. Browsers say so, in `Origin` (RFC 6454) and `Sec-Fetch-Site` (W3C Fetch Metadata)
 * - its owner lets the page's own name point to the node after it was loaded (DNS rebinding). Then all is of one origin
 *   for the browser, but `Host` has a name that is none of this node
 */
export class Door {
  /** Values of `Host` that are all right. */
  private readonly known = new Set<string>();

  constructor(private readonly names: OwnNames) {}

  /** @returns undefined when it may come in */
  refusal(request: IncomingMessage): DoorRefusal | undefined {
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

  /** A page of the name that the request is addressed to, or of one in HOSTS: balancers may address it anew. */
  private isOwnPage(origin: string, host: string | undefined, isKnown: boolean): boolean {
    const page = pageOf(origin);
    if (page === undefined) return false;
    if (this.names.isListed(page)) return true;
    const own = host === undefined || !isKnown ? undefined : parseAuthority(host);
    if (own === undefined || own.name !== page.name) return false;
    return own.port === page.port || (own.port ?? page.port) === (origin.startsWith("https:") ? 443 : 80);
  }
}

/** The name that a request is addressed to: of the target when that has one (RFC 9112, 3.2.2), else `Host`. */
function hostOf({ url = "/", headers }: IncomingMessage): string | undefined {
  if (url.startsWith("/") || url === "*") return headers.host;
  return /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? url;
}

/** `null`, and whatever is no page of http, is undefined. */
function pageOf(origin: string): Authority | undefined {
  const match = /^https?:\/\/(.+)$/i.exec(origin);
  return match === null ? undefined : parseAuthority(match[1]!);
}
