import { JavaException } from "../../base/values/errors.js";
import { fromNumber, isIPv4, toNumber } from "./addresses.js";

/** An IPv4 network. */
export interface Subnet {
  address: number;
  prefix: number;
  network: number;
  broadcast: number;
}

/** @param text `10.0.0.0/8`, or an address together with `mask` */
export function readSubnet(text: string, mask?: string): Subnet {
  const [address = "", length] = mask === undefined ? text.split("/") : [text, String(prefixOf(mask))];
  const prefix = Number(length);
  if (!isIPv4(address) || length === undefined || !(prefix >= 0 && prefix <= 32))
    throw new JavaException("java.lang.IllegalArgumentException", `Could not parse [${text}]`);
  const size = 2 ** (32 - prefix);
  const network = Math.floor(toNumber(address) / size) * size;
  return { address: toNumber(address), prefix, network, broadcast: network + size - 1 };
}

/** Number of ones a netmask starts with; -1 when it is none. */
function prefixOf(mask: string): number {
  const bits = isIPv4(mask) ? toNumber(mask).toString(2).padStart(32, "0") : "";
  return bits !== "" && /^1*0*$/.test(bits) ? bits.replace(/0/g, "").length : -1;
}

/** Network and broadcast address do not count, and very small networks have no others. */
export function describeSubnet({ address, prefix, network, broadcast }: Subnet): Record<string, unknown> {
  const hasHosts = prefix < 31;
  const text = fromNumber(address);
  return {
    cidr: `${text}/${prefix}`,
    netmask: fromNumber(2 ** 32 - 2 ** (32 - prefix)),
    address: text,
    networkAddress: fromNumber(network),
    addressCount: hasHosts ? broadcast - network - 1 : 0,
    broadcast: fromNumber(broadcast),
    low: hasHosts ? fromNumber(network + 1) : "0.0.0.0",
    high: hasHosts ? fromNumber(broadcast - 1) : "0.0.0.0",
  };
}

export function isInSubnet(address: string, { network, broadcast }: Subnet): boolean {
  const number = toNumber(address);
  return number > network && number < broadcast;
}
