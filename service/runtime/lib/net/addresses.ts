import { JavaException } from "../../base/values/errors.js";
import { machine } from "../system/system.js";
import { ask } from "./ask.js";

/** Host names and addresses. */

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

export const isIPv4 = (text: unknown): boolean => typeof text === "string" && IPV4.test(text);

/** RFC 4291, section 2.2, with an optional zone after a link-local one. */
export function isIPv6(text: unknown): boolean {
  if (typeof text !== "string" || !text.includes(":")) return false;
  const address = text.replace(/^(fe80:.*)%\w+$/i, "$1");
  const halves = address.split("::");
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [at, half] of halves.entries()) {
    const parts = half === "" ? [] : half.split(":");
    for (const [index, part] of parts.entries()) {
      const isLast = at === halves.length - 1 && index === parts.length - 1;
      if (isLast && isIPv4(part)) groups += 2;
      else if (/^[0-9a-f]{1,4}$/i.test(part)) groups++;
      else return false;
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

/** The address of a host. @throws JavaException `java.net.UnknownHostException` */
export function addressOf(host: string): string {
  if (isIPv4(host) || isIPv6(host)) return host;
  const { found } = ask("names", { action: "lookup", name: host }, { what: `the address of ${host}` }).event.data;
  if (found === undefined)
    throw new JavaException("java.net.UnknownHostException", `${host}: Name or service not known`);
  return (found as string[]).find(isIPv4) ?? found[0];
}

/** The name of an address; the address itself when it has none. */
export function nameOfAddress(address: string): string {
  if (!isIPv4(address) && !isIPv6(address)) return address;
  if (address === "127.0.0.1" || address === "::1") return "localhost";
  const { found } = ask("names", { action: "reverse", name: address }, { what: `the name of ${address}` }).event.data;
  return found?.[0] ?? address;
}

export const hostName = (): string => machine().hostName;

/** This machine's address: what its name stands for, or the first that is not its own loopback. */
export function hostAddress(): string {
  const outer = machine().interfaces.find(({ internal, family }) => !internal && family === "IPv4");
  try {
    return addressOf(hostName());
  } catch {
    return outer?.address ?? "127.0.0.1"; // a name nobody knows: the interfaces have to do
  }
}

/** An IPv4 address as a number. */
export const toNumber = (address: string): number =>
  address.split(".").reduce((number, part) => number * 256 + Number(part), 0);

export const fromNumber = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
