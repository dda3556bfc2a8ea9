import { jobScope } from "../../base/job-scope.js";
import { toHost, toJava } from "../../base/values/bytes.js";
import { JavaException } from "../../base/values/errors.js";
import { world } from "../../base/world.js";
import * as addresses from "./addresses.js";
import { ask } from "./ask.js";
import { actualTime } from "./clock.js";
import { Connection } from "./connection.js";
import { describeSubnet, isInSubnet, readSubnet } from "./subnets.js";
import { defaultPort, parseUri } from "./url.js";
import { whois } from "./whois.js";

/** Tests and facts of hosts, ports and addresses (`ow.net`). */

/** ms a connection takes; -1 when there is none within `timeoutMs`. */
function portLatency(host: unknown, port: unknown, timeoutMs: number): number {
  const params = { action: "connect" as const, host: String(host), port: Number(port), timeoutMs };
  const { event } = ask("tcp", params, { until: "connect", what: `${host}:${port}` });
  return event.type === "connect" ? event.data.ms : -1;
}

export function urlLatency(url: string, timeoutMs?: number): number {
  const client = new jobScope.ow.obj.http();
  client.setThrowExceptions?.(true);
  const startedMs = world.host.clock.nowMs();
  try {
    client.get(url, undefined, undefined, false, timeoutMs);
    return world.host.clock.nowMs() - startedMs;
  } catch {
    return -1; // whatever is wrong with it: the answer is a time below 0
  }
}

/** A host answers when something on it accepts or refuses a connection. */
export function testHost(host: string, timeoutMs = 4000): { time: number; reachable: boolean } {
  const startedMs = world.host.clock.nowMs();
  const { event } = ask(
    "tcp",
    { action: "connect", host: addresses.addressOf(host), port: 7, timeoutMs },
    { until: "connect" },
  );
  const reachable = event.type === "connect" || event.data.code === "ECONNREFUSED";
  return { time: world.host.clock.nowMs() - startedMs, reachable };
}

export function isUrl(text: unknown): boolean {
  try {
    return typeof text === "string" && parseUri(text).scheme !== undefined;
  } catch {
    return false; // no URI at all
  }
}

export function hostOfUrl(text: string): string {
  const { scheme, host, port } = parseUri(text);
  return `${host}:${port < 0 ? defaultPort(scheme) : port}`;
}

export const isHost = (text: unknown): boolean =>
  typeof text === "string" && /^(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)*[a-z\d](?:[a-z\d-]*[a-z\d])?$/i.test(text);

/** Ranges of RFC 1918, and the loopback. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8"];

function isWithin(address: string, cidr: string): boolean {
  const { network, broadcast } = readSubnet(cidr);
  const number = addresses.toNumber(address);
  return number >= network && number <= broadcast;
}

export function addressType(text: string): Record<string, boolean> {
  const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(String(text).trim());
  const ipv6 = !ipv4 && addresses.isIPv6(String(text).trim());
  const isValid = !ipv4 || addresses.isIPv4(String(text).trim());
  const isPrivate = ipv4
    ? isValid && privateRanges.some((range) => isWithin(text.trim(), range))
    : ipv6 && text === "::1";
  return { isValidAddress: isValid, hostname: !ipv4 && !ipv6, ipv4, ipv6, privateAddress: isPrivate };
}

export function addressInfo(name: string): Record<string, unknown> {
  const address = addresses.addressOf(String(name));
  const v4 = addresses.isIPv4(address);
  const within = (range: string): boolean => v4 && isWithin(address, range);
  const host = addresses.isIPv4(name) || addresses.isIPv6(name) ? addresses.nameOfAddress(address) : String(name);
  return {
    hostname: host,
    canonicalHostName: addresses.nameOfAddress(address),
    hostAddress: address,
    isIPv4: addresses.isIPv4(name),
    isIPv6: addresses.isIPv6(name),
    isLoopback: within("127.0.0.0/8") || address === "::1",
    isPrivateAddress: privateRanges.slice(0, 3).some(within),
    isMulticast: within("224.0.0.0/4") || /^ff/i.test(address),
    isAnyLocalAddress: address === "0.0.0.0" || address === "::",
    isLinkLocalAddress: within("169.254.0.0/16") || /^fe[89ab]/i.test(address),
    isMulticastGlobal: within("224.0.0.0/4") && !within("224.0.0.0/24") && !within("239.0.0.0/8"),
    isMulticastNode: false,
    isMulticastLink: within("224.0.0.0/24"),
    isMulticastSite: within("239.255.0.0/16"),
    isMulticastOrg: within("239.192.0.0/14"),
  };
}

export function query(name: string, type = "a", server?: string): unknown {
  const { found } = ask("names", { action: "query", name, type, server }, { what: `records of ${name}` }).event.data;
  const records = (found as unknown[] | undefined) ?? [];
  return records.length === 1 ? records[0] : records;
}

export function sendTcp(host: string, port: number, message: unknown, dontWait = false): Int8Array | undefined {
  const connection = new Connection(host, port);
  try {
    connection.output.put(toHost(message).slice());
    return dontWait ? undefined : connection.input.readAllBytes();
  } finally {
    connection.close();
  }
}

export function sendUdp(
  host: string,
  port: number,
  message: unknown,
  dontWait = false,
  bufferSize = 1024,
): Int8Array | undefined {
  const params = { host: addresses.addressOf(host), port, wantsReply: !dontWait };
  const { event, bytes } = ask("udp", params, { bytes: toHost(message), what: `${host}:${port}` });
  if (event.data?.error !== undefined) throw new JavaException("java.io.IOException", event.data.error);
  if (bytes === undefined) return undefined;
  const buffer = new Int8Array(bufferSize);
  buffer.set(toJava(bytes.subarray(0, bufferSize)));
  return buffer;
}

export const getActualTime = (server?: string, timeoutMs?: number) => actualTime(server, timeoutMs);

export const testPort = (host: unknown, port: unknown, timeoutMs = 1500) => portLatency(host, port, timeoutMs) >= 0;

export const testPortLatency = (host: unknown, port: unknown, timeoutMs = 60000) => portLatency(host, port, timeoutMs);

export const getHostAddress = (host?: string) =>
  host === undefined ? addresses.hostAddress() : addresses.addressOf(host);

export const getHost2IP = (name: string) => addresses.addressOf(String(name));

export const getIP2Host = (address: string) => addresses.nameOfAddress(String(address));

export const path4URL = (url: string) => parseUri(url).path;

export const ipv4SubNetInfo = (cidr: string, mask?: string) => describeSubnet(readSubnet(cidr, mask));

export const ipv4SubNetInRange = (address: string, cidr: string, mask?: string) =>
  isInSubnet(address, readSubnet(cidr, mask));

export const getPublicIP = (address?: string) =>
  address === undefined
    ? jobScope.$rest().get("https://ifconfig.co/json")
    : jobScope.$rest().get(`http://ip-api.com/json/${address}?fields=66846719`);

export const getWhoIs = (query: unknown, server?: string) => whois(String(query), server);
