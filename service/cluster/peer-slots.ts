import { type Address, formatAddress } from "../base/address.js";
import type { Logger } from "../base/log/logger.js";
import type { Slot } from "../dispatch/dispatcher.js";
import type { PeerSlots } from "../dispatch/peer-slots.js";
import type { FallbackNodes } from "./fallback-nodes.js";
import type { ForwardedRuns } from "./forwarded-runs.js";
import { keyOf, type Member } from "./member.js";
import type { Membership } from "./membership.js";
import { Offer, type OfferAnswer } from "./offer.js";
import type { PeerHttp } from "./peer-http.js";
import type { Timing } from "./timing.js";

/** Peers asked for one run, before the next rung. */
const MAX_ASKED = 2;

/** Environments of other nodes, for the dispatch ladder. */
export class ClusterSlots implements PeerSlots {
  /** Offers under way, by peer: the environments they will take are not free any more. */
  private readonly asking = new Map<string, number>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly parts: {
      membership: Membership;
      fallbacks: FallbackNodes;
      forwardedRuns: ForwardedRuns;
      http: PeerHttp;
      timing: Timing;
      query: () => Record<string, string>;
      log: Pick<Logger, "debug">;
      random: () => number;
    },
  ) {}

  get peers(): number {
    let count = 0;
    for (const member of this.parts.membership.members.values()) if (this.freeOf(member) > 0) count++;
    return count;
  }

  get fallbacks(): number {
    return this.parts.fallbacks.worthAsking().length;
  }

  async reserve(): Promise<Slot | undefined> {
    const asked = new Set<string>();
    for (let turn = 0; turn < MAX_ASKED; turn++) {
      const member = this.choose(asked);
      if (member === undefined) return undefined;
      asked.add(keyOf(member));
      const slot = await this.ask(member);
      if (slot !== undefined) return slot;
    }
    return undefined;
  }

  async reserveFallback(): Promise<Slot | undefined> {
    const { fallbacks, forwardedRuns } = this.parts;
    for (const fallback of fallbacks.worthAsking()) {
      const answer = await this.open(fallback, { as: "fallback" });
      fallbacks.answered(fallback, answer);
      if (answer.kind === "accepted") {
        fallbacks.began(fallback);
        return forwardedRuns.slotOf(answer.offer, () => fallbacks.ended(fallback));
      }
    }
    return undefined;
  }

  onPeerFree(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Called when a peer may have become free. */
  peerMayBeFree(): void {
    if (this.peers > 0) for (const listener of this.listeners) listener();
  }

  /** Chooses a peer: the freer of two random ones (power of two choices; Mitzenmacher 2001). */
  choose(asked: ReadonlySet<string> = new Set()): Member | undefined {
    const free = [...this.parts.membership.members.values()].filter(
      (member) => !asked.has(keyOf(member)) && this.freeOf(member) > 0,
    );
    const take = (): Member | undefined => free.splice(Math.floor(this.parts.random() * free.length), 1)[0];
    const first = take();
    const second = take();
    if (first === undefined || second === undefined) return first;
    return this.freeOf(second) > this.freeOf(first) ? second : first;
  }

  /**
   * Free environments of a peer, as far as this node knows: 0 when its load is outdated, or the peer cannot be reached.
   */
  private freeOf(member: Member): number {
    const { state, failures, load, loadAt } = member;
    if (state !== "alive" || failures > 0 || load.draining || load.waiting > 0) return 0;
    const { intervalMs } = this.parts.timing;
    if (performance.now() - loadAt > Math.max(3 * intervalMs, 1000)) return 0;
    return Math.max(0, load.free - (this.asking.get(keyOf(member)) ?? 0));
  }

  private async ask(member: Member): Promise<Slot | undefined> {
    const key = keyOf(member);
    this.asking.set(key, (this.asking.get(key) ?? 0) + 1);
    const answer = await this.open(member, {});
    const left = this.asking.get(key)! - 1;
    if (left === 0) this.asking.delete(key);
    else this.asking.set(key, left);
    const { membership, forwardedRuns } = this.parts;
    const now = performance.now();
    switch (answer.kind) {
      case "accepted":
        membership.loadOf(key, { ...member.load, free: Math.max(0, member.load.free - 1) }, now);
        return forwardedRuns.slotOf(answer.offer, () => this.vacated(key));
      case "declined":
        membership.loadOf(key, { ...(answer.load ?? member.load), free: 0 }, now);
        return undefined;
      case "unreachable":
        membership.unreachable(member, now);
        return undefined;
    }
  }

  /** A run of this node has left a peer: an environment is free there unless another run waited for it. */
  private vacated(key: string): void {
    const member = this.parts.membership.members.get(key);
    if (member === undefined) return;
    this.parts.membership.loadOf(key, { ...member.load, free: member.load.free + 1 }, performance.now());
    this.peerMayBeFree();
  }

  private async open(to: Address, query: Record<string, string>): Promise<OfferAnswer> {
    const { http, timing, log } = this.parts;
    const answer = await Offer.open(http, to, { ...this.parts.query(), ...query }, timing.answerMs);
    if (answer.kind === "declined" && answer.status !== 503) {
      log.debug({ peer: formatAddress(to), status: answer.status, body: answer.body }, "an offer was rejected");
    } else if (answer.kind === "unreachable") {
      log.debug({ peer: formatAddress(to), err: answer.error }, "cannot offer a run to a node");
    }
    return answer;
  }
}
