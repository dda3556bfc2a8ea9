import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { isLoopback } from "../base/loopback.js";
import { type Authority, canonicalAddress, Hosts, parseAuthority } from "./accepted-hosts.js";

/** Options with the names of a node. */
export interface NameOptions {
  HOST: string;
  /** Undefined: a loopback address. */
  LISTEN?: string;
  HOSTS?: string | undefined;
  CONTAINER?: boolean;
}

/** Time for which the addresses of the machine are cached, ms. */
const ADDRESSES_KEPT_MS = 5000;

/** The names and addresses of a node, which requests to it may use. */
export class OwnNames {
  private readonly own: Set<string>;
  private readonly hosts: Hosts;
  private readonly isOnAll: boolean;
  private addresses = new Set<string>();
  private addressesAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: NameOptions) {
    const { HOST, LISTEN = "127.0.0.1", HOSTS } = options;
    this.hosts = new Hosts(HOSTS);
    this.isOnAll = LISTEN === "0.0.0.0" || LISTEN === "::";
    const names = [HOST, LISTEN, ...(this.isOnAll ? [hostname()] : [])];
    this.own = new Set(names.map((name) => canonicalAddress(name) ?? name.toLowerCase()));
  }

  /**
   * May a request have this Host? Any port will do, as ports are mapped on the way, unless HOSTS names one.
   *
   * In a container any IP address is its own: it cannot see the addresses of its machine, and no page of elsewhere
   * comes from an address, as its owner cannot let it point to this node.
   */
  has(authority: Authority): boolean {
    const { name } = authority;
    if (this.isOwn(name) || this.hosts.has(authority)) return true;
    return this.options.CONTAINER === true && isIP(name) !== 0;
  }

  /** The same for the text of a header; programs that speak HTTP/1.0, as health checks do, need not send it. */
  hasHost(host: string | undefined): boolean {
    if (host === undefined) return true;
    const authority = parseAuthority(host);
    return authority !== undefined && this.has(authority);
  }

  /**
   * Is it one of the names of this node with the port it listens on, or listed in HOSTS? The node on the next port must
   * not accept a signature that is meant for another.
   * @param text `host:port`, or the host alone where the port is that of the scheme
   */
  isAddress(text: string, ownPort: number): boolean {
    const authority = parseAuthority(text);
    if (authority === undefined) return false;
    const { name, port } = authority;
    const isOwnPort = port === undefined ? ownPort === 80 || ownPort === 443 : port === ownPort;
    return (isOwnPort && this.isOwn(name)) || this.hosts.has(authority);
  }

  /** Is it listed in HOSTS by its own name? */
  isListed(authority: Authority): boolean {
    return this.hosts.names(authority);
  }

  private isOwn(name: string): boolean {
    return isLoopback(name) || this.own.has(name) || (this.isOnAll && isIP(name) !== 0 && this.isOfMachine(name));
  }

  private isOfMachine(address: string): boolean {
    const now = performance.now();
    if (now - this.addressesAt > ADDRESSES_KEPT_MS) {
      const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
      this.addresses = new Set(all.map((one) => canonicalAddress(one.address) ?? one.address));
      this.addressesAt = now;
    }
    return this.addresses.has(address);
  }
}

export { type Authority, parseAuthority };
