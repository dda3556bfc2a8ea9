import { networkInterfaces } from "node:os";

/** The address of this machine or container for others: IPv4 before IPv6, no loopback or link-local address. */
export function ownAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outside = all.filter(({ internal, address }) => !internal && !/^(169\.254\.|fe80:)/i.test(address));
  return (outside.find(({ family }) => family === "IPv4") ?? outside[0])?.address;
}
