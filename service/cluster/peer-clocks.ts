import { V2_TOLERANCE_S } from "../signing/sign.js";

/** The header has whole seconds, and an answer takes its time: less than this is no difference, s. */
const SAME_S = 2;

/**
 * How far the clocks of peers are ahead of this node's, by the header `Date` of their answers. Requests are signed by the
 * clock of who verifies them: a peer refuses what is dated before its own start, and a clock may be minutes off.
 */
export class PeerClocks {
  private readonly ahead = new Map<string, number>();

  /** Seconds that the clock of a peer is ahead; 0 while nothing else is known. At most what a signature may be off. */
  aheadS(peer: string): number {
    return this.ahead.get(peer) ?? 0;
  }

  /** @returns does the peer have another time than was known? */
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
