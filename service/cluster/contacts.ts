import { type Address, formatAddress } from "../base/address.js";
import { backoffMs } from "../base/backoff.js";
import type { Timing } from "./timing.js";

interface Contact extends Address {
  /** Identity of the node that answered there. */
  metAs?: string;
  failures: number;
  nextTryAt: number;
}

/** Addresses from discovery. The node at an address may call itself by another one. */
export class Contacts {
  private readonly known = new Map<string, Contact>();

  /** @param random 0 up to 1, as `Math.random` */
  constructor(
    private readonly timing: Timing,
    private readonly random: () => number = Math.random,
  ) {}

  /** Adds the addresses of a source; known addresses keep their state. */
  add(addresses: readonly Address[]): void {
    for (const { host, port } of addresses) {
      const key = formatAddress({ host, port });
      if (!this.known.has(key)) this.known.set(key, { host, port, failures: 0, nextTryAt: 0 });
    }
  }

  /** Removes addresses that no source returns any more. */
  keep(addresses: readonly Address[]): void {
    const wanted = new Set(addresses.map(formatAddress));
    for (const key of this.known.keys()) if (!wanted.has(key)) this.known.delete(key);
  }

  /**
   * A few addresses that are due.
   * @param isMet does membership itself send heartbeats to the node with this identity?
   */
  due(now: number, isMet: (identity: string) => boolean): Address[] {
    const due: Contact[] = [];
    for (const [key, contact] of this.known) {
      if (due.length >= this.timing.fanOut) break;
      if (contact.nextTryAt > now || isMet(contact.metAs ?? key)) continue;
      contact.nextTryAt = now + this.pause(contact.failures + 1);
      // Moves the address to the end of the map.
      this.known.delete(key);
      this.known.set(key, contact);
      due.push(contact);
    }
    return due;
  }

  /** @param isKnown is there a member, or this node itself, with this identity? */
  unmet(isKnown: (identity: string) => boolean): Address[] {
    const unmet = [...this.known].filter(([key, { metAs = key }]) => !isKnown(metAs));
    return unmet.map(([, { host, port }]) => ({ host, port }));
  }

  met(key: string, identity: string): void {
    const contact = this.known.get(key);
    if (contact === undefined) return;
    contact.metAs = identity;
    contact.failures = 0;
  }

  failed(key: string, now: number): void {
    const contact = this.known.get(key);
    if (contact === undefined) return;
    contact.failures++;
    contact.nextTryAt = now + this.pause(contact.failures);
  }

  /** Pause before the next attempt after so many failures, ms. */
  pause(failures: number): number {
    const { intervalMs, longestPauseMs } = this.timing;
    return backoffMs(failures, { firstMs: intervalMs, longestMs: longestPauseMs }, this.random);
  }
}
