import { isIP } from "node:net";
import { isLoopback } from "./loopback.js";

/** Address of a node; in a cluster also its identity. */
export interface Address {
  /** Name or IP address, IPv6 without brackets. */
  host: string;
  port: number;
}

/** `host:port`, an IPv6 address in brackets. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Parses `host:port`; undefined when the text has another form. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9][A-Za-z0-9._-]*)):(\d{1,5})$/.exec(text);
  if (match === null) return undefined;
  const host = match[1] ?? match[2]!;
  const port = Number(match[3]);
  if (port < 1 || port > 65535 || (match[1] !== undefined && isIP(host) !== 6)) return undefined;
  return { host, port };
}

/** Is the remote address of a socket one of this machine? IPv4 may be mapped to IPv6. */
export function isLocalSocket(remoteAddress: string | undefined): boolean {
  return remoteAddress === undefined || isLoopback(remoteAddress.replace(/^::ffff:/i, ""));
}
