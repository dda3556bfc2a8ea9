import { ServiceError } from "../base/errors.js";

/** Requests of one sender that may be under way at the same time. */
const WINDOW = 1024;

interface Sender {
  /** The newest number of each place. */
  places: Float64Array;
  usedS: number;
}

/**
 * The nonces of peers, which number their requests: `LIFE-NUMBER`, any text before the dash. The memory for a sender
 * does not grow with its requests, after the anti-replay window of IPsec (RFC 4303, 3.4.3).
 */
export class NonceWindows {
  private readonly senders = new Map<string, Sender>();

  /** @param keepS time after its last request for which a sender is remembered, s */
  constructor(private readonly keepS: number) {}

  /** @throws ServiceError `signature_replayed` when it was used before, or is older than the window */
  use(nonce: string, dateS: number, nowS: number): void {
    const at = nonce.lastIndexOf("-");
    const number = Number.parseInt(nonce.slice(at + 1), 36);
    if (at < 1 || !Number.isSafeInteger(number) || number < 1) throw new ServiceError("signature_replayed", { nonce });
    const life = nonce.slice(0, at);
    let sender = this.senders.get(life);
    if (sender === undefined) {
      this.forget(nowS);
      this.senders.set(life, (sender = { places: new Float64Array(WINDOW), usedS: nowS }));
    }
    sender.usedS = Math.max(sender.usedS, nowS, dateS);
    const place = number % WINDOW;
    if (sender.places[place]! >= number) throw new ServiceError("signature_replayed", { nonce });
    sender.places[place] = number;
  }

  /** The newest number of each sender. */
  kept(): [life: string, newest: number, usedS: number][] {
    return [...this.senders].map(([life, { places, usedS }]) => [life, Math.max(...places), usedS]);
  }

  /** Restores the state of {@link kept}; numbers before the newest count as used. */
  restore(kept: readonly [life: string, newest: number, usedS: number][]): void {
    for (const [life, newest, usedS] of kept) {
      this.senders.set(life, { places: new Float64Array(WINDOW).fill(newest), usedS });
    }
  }

  private forget(nowS: number): void {
    for (const [life, { usedS }] of this.senders) if (usedS + 2 * this.keepS < nowS) this.senders.delete(life);
  }
}
