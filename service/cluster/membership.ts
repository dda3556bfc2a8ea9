import type { Address } from "../base/address.js";
import type { NodeLoad } from "../model/cluster.js";
import { Contacts } from "./contacts.js";
import { type Heartbeat, infoOf, isNewer, keyOf, type Member, type MemberInfo, type MemberState } from "./member.js";
import type { Timing } from "./timing.js";

/** State of this node as its heartbeats carry it. */
export interface Self extends Address {
  cname: string;
  id: string;
  life: number;
  version: string;
  load(): NodeLoad;
  runs(): string[];
}

/** A heartbeat to be sent. */
export interface Outgoing {
  to: Address;
  heartbeat: Heartbeat;
  /** Time at which it was made, by the clock of the caller. */
  at: number;
}

/**
 * Members of the cluster as one node sees them: a state machine without clock, randomness and network of its own.
 *
 * Gossip after SWIM (Das, Gupta, Motivala 2002); heartbeats replace indirect probes. Each round sends heartbeats to a
 * few peers in a shuffled order. Message and answer carry the sender and some members, changes first. A peer that does
 * not answer becomes suspect, and that change is gossiped. A newer `beat` of the peer, from itself or from any other
 * node, clears it. A suspect without one for NODETIMEOUT is dead; it is tried again now and then.
 */
export class Membership {
  readonly members = new Map<string, Member>();
  readonly contacts: Contacts;
  private beat = 0;
  private ring: string[] = [];
  private ownGossipLeft = 0;
  private lastRound: number | undefined;
  private hasLeft = false;

  /**
   * @param onChange called when a node joins, leaves, is suspected or dies
   * @param random 0 up to 1, as `Math.random`
   */
  constructor(
    readonly self: Self,
    private readonly timing: Timing,
    private readonly onChange: (member: Member, before: MemberState | undefined) => void = () => undefined,
    private readonly random: () => number = Math.random,
  ) {
    this.contacts = new Contacts(timing, random);
  }

  /** Members that are alive or suspect. */
  get present(): Member[] {
    return [...this.members.values()].filter(isPresent);
  }

  /** Members that are not present, and contacts at which no node has answered yet. */
  absent(): Address[] {
    const gone = [...this.members.values()].filter((member) => !isPresent(member));
    const isKnown = (identity: string): boolean => identity === keyOf(this.self) || this.members.has(identity);
    return [...gone.map(({ host, port }) => ({ host, port })), ...this.contacts.unmet(isKnown)];
  }

  /** Marks the state of this node as changed: the next round comes earlier. */
  announce(): void {
    this.ownGossipLeft = this.spread;
  }

  /** Time to the next round, ms. */
  pauseMs(): number {
    const hasGossip = this.ownGossipLeft > 0 || [...this.members.values()].some(({ gossipLeft }) => gossipLeft > 0);
    const mean = hasGossip && this.present.length > 0 ? this.timing.eagerMs : this.timing.intervalMs;
    return mean * (0.75 + this.random() / 2);
  }

  /** The heartbeats of a round. Each has to be followed by {@link answered} or {@link failed}. */
  round(now: number): Outgoing[] {
    this.noticePause(now);
    this.expireMembers(now);
    this.beat++;
    const targets: Address[] = this.contacts.due(now, (key) => this.isMet(key));
    const suspects = this.present.filter(({ state, isAsked }) => state === "suspect" && !isAsked);
    const dead = [...this.members.values()].filter(
      (member) => member.state === "dead" && !member.isAsked && member.nextTryAt <= now,
    );
    targets.push(...this.pick(suspects, 1), ...this.pick(dead, 1), ...this.next(this.timing.fanOut));
    const seen = new Set<string>();
    const outgoing: Outgoing[] = [];
    for (const to of targets) {
      const key = keyOf(to);
      if (seen.has(key) || key === keyOf(this.self)) continue;
      seen.add(key);
      const member = this.members.get(key);
      if (member?.isAsked) continue;
      if (member !== undefined) member.isAsked = true;
      outgoing.push({ to: { host: to.host, port: to.port }, heartbeat: this.heartbeatFor(key, now), at: now });
    }
    return outgoing;
  }

  /** Merges a heartbeat of another node; returns the answer. */
  received(heartbeat: Heartbeat, now: number): Heartbeat {
    this.merge(heartbeat, now);
    return this.heartbeatFor(keyOf(heartbeat.from), now);
  }

  /** Merges the answer to a heartbeat. */
  answered({ to }: Outgoing, answer: Heartbeat, now: number): void {
    this.done(to);
    this.contacts.met(keyOf(to), keyOf(answer.from));
    // The node may call itself by another address than the one that was tried.
    for (const key of new Set([keyOf(to), keyOf(answer.from)])) {
      const member = this.members.get(key);
      if (member !== undefined) member.failures = 0;
    }
    this.merge(answer, now);
  }

  /** Notes that a heartbeat got no answer. */
  failed({ to, at }: Outgoing, now: number): void {
    this.done(to);
    const key = keyOf(to);
    this.contacts.failed(key, now);
    const member = this.members.get(key);
    if (member === undefined) return;
    this.unreachable(member, now);
    // Another node may have had a heartbeat from it since.
    if (member.state === "alive" && member.heardAt < at) this.setState(member, "suspect", now);
  }

  /**
   * Notes that a request other than a heartbeat could not reach a node. The node gets only heartbeats until one is
   * answered.
   */
  unreachable(member: Member, now: number): void {
    member.failures++;
    member.nextTryAt = now + this.contacts.pause(member.failures);
  }

  /** Notes a load from an answer other than that to a heartbeat. */
  loadOf(key: string, load: NodeLoad, now: number): void {
    const member = this.members.get(key);
    if (member === undefined) return;
    member.load = load;
    member.loadAt = now;
    if (member.state === "alive") member.heardAt = now;
  }

  /**
   * The known process of the node, when a heartbeat claims that there is another one; undefined without a
   * contradiction.
   */
  otherLifeOf(info: MemberInfo): Member | undefined {
    const known = this.members.get(keyOf(info));
    return known !== undefined && isPresent(known) && known.id !== info.id ? known : undefined;
  }

  /** Removes a node whose identity another process has now. */
  forget(key: string): void {
    this.members.delete(key);
  }

  /** The leave messages of this node. */
  leave(now: number): Outgoing[] {
    this.hasLeft = true;
    this.beat++;
    return this.pick(this.present, 8).map((to) => ({ to, heartbeat: this.heartbeatFor(keyOf(to), now), at: now }));
  }

  /** Number of messages that carry a change from each node that knows it: enough to reach all nodes almost surely. */
  private get spread(): number {
    return Math.ceil(Math.log2(this.members.size + 2)) + 1;
  }

  private isMet(key: string): boolean {
    const member = this.members.get(key);
    return key === keyOf(this.self) || (member !== undefined && (isPresent(member) || member.state === "dead"));
  }

  private done(to: Address): void {
    const member = this.members.get(keyOf(to));
    if (member !== undefined) member.isAsked = false;
  }

  /** The next peers in turn: each is asked once before any is asked again. */
  private next(count: number): Member[] {
    const chosen: Member[] = [];
    for (let looked = this.members.size; chosen.length < count && looked > 0; looked--) {
      if (this.ring.length === 0) this.ring = this.shuffled(this.present.map(keyOf));
      const key = this.ring.pop();
      if (key === undefined) break;
      const member = this.members.get(key);
      if (member !== undefined && isPresent(member) && !chosen.includes(member)) chosen.push(member);
    }
    return chosen;
  }

  private pick<T>(from: T[], count: number): T[] {
    return this.shuffled(from).slice(0, count);
  }

  private shuffled<T>(list: T[]): T[] {
    const all = [...list];
    for (let i = all.length - 1; i > 0; i--) {
      const j = Math.floor(this.random() * (i + 1));
      [all[i], all[j]] = [all[j]!, all[i]!];
    }
    return all;
  }

  /** Heartbeat for a node, with the present state. */
  heartbeatFor(to: string, now: number): Heartbeat {
    const { cname, host, port, id, life, version } = this.self;
    if (this.ownGossipLeft > 0) this.ownGossipLeft--;
    const state = this.hasLeft ? "left" : "alive";
    const load = this.self.load();
    const runs = this.self.runs().slice(0, MAX_RUNS);
    const from: MemberInfo = { host, port, id, life, beat: this.beat, state, load, version, ageMs: 0, runs };
    // Changes first, those that were sent least often before the others; then random members.
    const gossip = [...this.members.values()]
      .filter(({ gossipLeft }) => gossipLeft > 0)
      .sort((a, b) => b.gossipLeft - a.gossipLeft);
    const included = gossip
      .filter((member) => keyOf(member) !== to || member.state !== "alive")
      .slice(0, this.timing.entries);
    for (const member of included) member.gossipLeft--;
    const others = this.present.filter((member) => !included.includes(member) && keyOf(member) !== to);
    const members = [...included, ...this.pick(others, this.timing.entries - included.length)];
    return { cname, from, members: members.map((member) => infoOf(member, now)) };
  }

  private merge({ from, members }: Heartbeat, now: number): void {
    this.learn(from, now, true);
    const sender = this.members.get(keyOf(from));
    if (sender !== undefined && sender.id === from.id) sender.runs = from.runs ?? [];
    for (const info of members) this.learn(info, now, false);
  }

  private learn(info: MemberInfo, now: number, isDirect: boolean): void {
    const key = keyOf(info);
    if (key === keyOf(this.self)) return this.correctOwnState(info);
    const known = this.members.get(key);
    if (known !== undefined && known.id === info.id) return this.update(known, info, now);
    // Of two processes of a node the later counts; a message of the node itself proves that it lives.
    if (known !== undefined && !isDirect && info.life <= known.life) return;
    if (info.state === "dead" || info.state === "left") return;
    const heardAt = now - info.ageMs;
    const { ageMs: _age, runs: _runs, ...facts } = info;
    const member: Member = {
      ...facts,
      runs: [],
      heardAt,
      loadAt: heardAt,
      since: now,
      gossipLeft: this.spread,
      failures: 0,
      nextTryAt: 0,
      isAsked: false,
    };
    this.members.set(key, member);
    // Inserts it into the current cycle at random, so that it need not wait for the next.
    this.ring.splice(Math.floor(this.random() * (this.ring.length + 1)), 0, key);
    this.onChange(member, known?.state);
  }

  /** Corrects a wrong state of this node; outdoes another process that has its identity and claims a later start. */
  private correctOwnState(info: MemberInfo): void {
    if (info.id !== this.self.id) {
      if (info.life >= this.self.life) this.self.life = info.life + 1;
    } else if (info.state !== "alive" && info.beat >= this.beat) {
      this.beat = info.beat + 1;
      this.announce();
    }
  }

  private update(known: Member, info: MemberInfo, now: number): void {
    const heardAt = now - info.ageMs;
    if (isNewer(info, known)) {
      const wasDraining = known.load.draining;
      if (info.beat > known.beat && heardAt >= known.loadAt) {
        known.load = info.load;
        known.loadAt = heardAt;
      }
      known.life = info.life;
      known.beat = Math.max(known.beat, info.beat);
      known.heardAt = Math.max(known.heardAt, Math.min(heardAt, now));
      if (known.state !== info.state) this.setState(known, info.state, now);
      else if (known.load.draining !== wasDraining) known.gossipLeft = this.spread;
    } else if (isNewer(known, info)) {
      // The other node does not know the change yet.
      if (known.state !== info.state) known.gossipLeft = Math.max(known.gossipLeft, 1);
    } else {
      known.heardAt = Math.max(known.heardAt, heardAt);
    }
  }

  private setState(member: Member, state: MemberState, now: number): void {
    const before = member.state;
    member.state = state;
    member.since = now;
    member.gossipLeft = this.spread;
    if (state === "dead" || state === "left") member.runs = [];
    if (state === "alive") member.failures = 0;
    this.onChange(member, before);
  }

  private expireMembers(now: number): void {
    const { deadMs, forgetMs } = this.timing;
    for (const [key, member] of this.members) {
      if (member.state === "suspect") {
        // A node that was silent for long before it was suspected gets some time to be cleared.
        if (now >= Math.max(member.heardAt + deadMs, member.since + deadMs / 2)) this.setState(member, "dead", now);
      } else if (!isPresent(member) && now - member.since > forgetMs) {
        this.members.delete(key);
      }
    }
  }

  /** After a pause of this process itself its peers had no chance to reach it: suspects get their time again. */
  private noticePause(now: number): void {
    const last = this.lastRound;
    this.lastRound = now;
    if (last === undefined || now - last < this.timing.intervalMs * 3 + this.timing.answerMs) return;
    for (const member of this.members.values()) {
      if (member.state !== "suspect") continue;
      member.since = now;
      member.heardAt = now;
    }
  }
}

/** Most uuids in a heartbeat. */
const MAX_RUNS = 100;

export function isPresent({ state }: { state: MemberState }): boolean {
  return state === "alive" || state === "suspect";
}
