import { V2_TOLERANCE_S } from "../signing/sign.js";

/** Smallest difference that counts, s: the header has whole seconds, and an answer takes time. */
const SAME_S = 2;

/**
 * Differences between the clocks of peers and this node's, from the header `Date` of their answers. Requests are signed
 * by the clock of their receiver: a peer refuses requests dated before its own start, and clocks may be minutes apart.
 */
export class PeerClocks {
  private readonly ahead = new Map<string, number>();

  /** Seconds that the clock of a peer is ahead; 0 while unknown. At most the tolerance of a signature's date. */
  aheadS(peer: string): number {
    return this.ahead.get(peer) ?? 0;
  }

  /** @returns has the difference to that peer changed? */
  learn(peer: string, date: string | undefined): boolean {
    const thereMs = Date.parse(date ?? "");
    if (Number.isNaN(thereMs)) return false;
    const measuredS = Math.round((thereMs - Date.now()) / 1000);
    const isOff = Math.abs(measuredS) > SAME_S && Math.abs(measuredS) <= V2_TOLERANCE_S;
    const aheadS = isOff ? measuredS : 0;
    if (Math.abs(aheadS - this.aheadS(peer)) <= SAME_S) return false;
    if (aheadS === 0) this.ahead.delete(peer);
    else this.ahead.set(peer, aheadS);
    return true;
  }
}
