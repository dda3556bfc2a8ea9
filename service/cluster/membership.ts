import type { Address } from "../base/address.js";
import type { NodeLoad } from "../model/cluster.js";
import { Contacts } from "./contacts.js";
import { type Beat, infoOf, isNewer, keyOf, type Member, type MemberInfo, type MemberState } from "./member.js";
import type { Timing } from "./timing.js";

/** What a node says of itself. */
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
  beat: Beat;
  /** When it was made, by the clock of the caller. */
  at: number;
}

/**
 * Who is in the cluster, as one node sees it: a state machine without clock, chance and network of its own.
 *
 * Gossip after SWIM (Das, Gupta, Motivala 2002) with what heartbeats know in place of indirect probes: each round goes to a
 * few peers in a shuffled order, and message and answer carry the sender and some of those it knows, news first. Who does
 * not answer is suspected, which is told around. A suspect that lives is cleared by anybody who has a newer beat of it, or
 * clears itself with one; if nobody has for NODETIMEOUT it is dead, and tried again now and then.
 */
export class Membership {
  readonly members = new Map<string, Member>();
  readonly contacts: Contacts;
  private beat = 0;
  private ring: string[] = [];
  private selfNews = 0;
  private lastRound: number | undefined;
  private hasLeft = false;

  /**
   * @param onChange called when a node came, went or is suspected
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

  /** Members in a state that counts. */
  get present(): Member[] {
    return [...this.members.values()].filter(isPresent);
  }

  /** Members that are not there now, and contacts at which no node was met yet. */
  absent(): Address[] {
    const gone = [...this.members.values()].filter((member) => !isPresent(member));
    const isKnown = (identity: string): boolean => identity === keyOf(this.self) || this.members.has(identity);
    return [...gone.map(({ host, port }) => ({ host, port })), ...this.contacts.unmet(isKnown)];
  }

  /** Has this node something to say of itself that others should know soon: draws the next round near. */
  announce(): void {
    this.selfNews = this.spread;
  }

  /** How long to wait for the next round. */
  pauseMs(): number {
    const isNews = this.selfNews > 0 || [...this.members.values()].some(({ newsLeft }) => newsLeft > 0);
    const mean = isNews && this.present.length > 0 ? this.timing.eagerMs : this.timing.intervalMs;
    return mean * (0.75 + this.random() / 2);
  }

  /** The heartbeats of a round. Each has to be followed by {@link answered} or {@link failed}. */
  round(now: number): Outgoing[] {
    this.noticePause(now);
    this.bury(now);
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
      outgoing.push({ to: { host: to.host, port: to.port }, beat: this.tellTo(key, now), at: now });
    }
    return outgoing;
  }

  /** Takes in what another node sent of its own accord; gives what to answer. */
  received(beat: Beat, now: number): Beat {
    this.takeIn(beat, now);
    return this.tellTo(keyOf(beat.from), now);
  }

  /** Takes in the answer to a heartbeat. */
  answered({ to }: Outgoing, answer: Beat, now: number): void {
    this.done(to);
    this.contacts.met(keyOf(to), keyOf(answer.from));
    // Where it was tried need not be what it calls itself.
    for (const key of new Set([keyOf(to), keyOf(answer.from)])) {
      const member = this.members.get(key);
      if (member !== undefined) member.failures = 0;
    }
    this.takeIn(answer, now);
  }

  /** A heartbeat got no answer. */
  failed({ to, at }: Outgoing, now: number): void {
    this.done(to);
    const key = keyOf(to);
    this.contacts.failed(key, now);
    const member = this.members.get(key);
    if (member === undefined) return;
    this.unreachable(member, now);
    // Somebody else may have had word from it since.
    if (member.state === "alive" && member.heardAt < at) this.turn(member, "suspect", now);
  }

  /** Something other than a heartbeat could not reach a node: it is not to be asked for anything until a heartbeat can. */
  unreachable(member: Member, now: number): void {
    member.failures++;
    member.nextTryAt = now + this.contacts.pause(member.failures);
  }

  /** What a peer said of how busy it is, in some other answer than that to a heartbeat. */
  loadOf(key: string, load: NodeLoad, now: number): void {
    const member = this.members.get(key);
    if (member === undefined) return;
    member.load = load;
    member.loadAt = now;
    if (member.state === "alive") member.heardAt = now;
  }

  /** The known life of the node that somebody else claims to be; undefined when there is no contradiction. */
  rivalOf(info: MemberInfo): Member | undefined {
    const known = this.members.get(keyOf(info));
    return known !== undefined && isPresent(known) && known.id !== info.id ? known : undefined;
  }

  /** A node was found to be gone, another life has its identity. */
  forget(key: string): void {
    this.members.delete(key);
  }

  /** The last heartbeats of this node, which say that it leaves. */
  leave(now: number): Outgoing[] {
    this.hasLeft = true;
    this.beat++;
    return this.pick(this.present, 8).map((to) => ({ to, beat: this.tellTo(keyOf(to), now), at: now }));
  }

  /** How often a piece of news is told by each node that has it: enough to reach all with next to certainty. */
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

  /** The next peers in turn: all are asked before one is asked again. */
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

  /** What to tell a node now. */
  tellTo(to: string, now: number): Beat {
    const { cname, host, port, id, life, version } = this.self;
    if (this.selfNews > 0) this.selfNews--;
    const state = this.hasLeft ? "left" : "alive";
    const load = this.self.load();
    const runs = this.self.runs().slice(0, MOST_RUNS);
    const from: MemberInfo = { host, port, id, life, beat: this.beat, state, load, version, ageMs: 0, runs };
    // News first, what is told least often before what was told often already; then whoever chance picks.
    const news = [...this.members.values()]
      .filter(({ newsLeft }) => newsLeft > 0)
      .sort((a, b) => b.newsLeft - a.newsLeft);
    const told = news
      .filter((member) => keyOf(member) !== to || member.state !== "alive")
      .slice(0, this.timing.entries);
    for (const member of told) member.newsLeft--;
    const others = this.present.filter((member) => !told.includes(member) && keyOf(member) !== to);
    const members = [...told, ...this.pick(others, this.timing.entries - told.length)];
    return { cname, from, members: members.map((member) => infoOf(member, now)) };
  }

  private takeIn({ from, members }: Beat, now: number): void {
    this.learn(from, now, true);
    const sender = this.members.get(keyOf(from));
    if (sender !== undefined && sender.id === from.id) sender.runs = from.runs ?? [];
    for (const info of members) this.learn(info, now, false);
  }

  private learn(info: MemberInfo, now: number, isDirect: boolean): void {
    const key = keyOf(info);
    if (key === keyOf(this.self)) return this.hearOfMyself(info);
    const known = this.members.get(key);
    if (known !== undefined && known.id === info.id) return this.update(known, info, now);
    // Of two lives of a node the later counts; what it says itself is proof that it is there.
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
      newsLeft: this.spread,
      failures: 0,
      nextTryAt: 0,
      isAsked: false,
    };
    this.members.set(key, member);
    // Somewhere in the round that is under way, so that it need not wait for the next.
    this.ring.splice(Math.floor(this.random() * (this.ring.length + 1)), 0, key);
    this.onChange(member, known?.state);
  }

  /** Who speaks ill of this node is told better; another life with its identity that claims to be later is outdone. */
  private hearOfMyself(info: MemberInfo): void {
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
      if (known.state !== info.state) this.turn(known, info.state, now);
      else if (known.load.draining !== wasDraining) known.newsLeft = this.spread;
    } else if (isNewer(known, info)) {
      // The other one does not know yet.
      if (known.state !== info.state) known.newsLeft = Math.max(known.newsLeft, 1);
    } else {
      known.heardAt = Math.max(known.heardAt, heardAt);
    }
  }

  private turn(member: Member, state: MemberState, now: number): void {
    const before = member.state;
    member.state = state;
    member.since = now;
    member.newsLeft = this.spread;
    if (state === "dead" || state === "left") member.runs = [];
    if (state === "alive") member.failures = 0;
    this.onChange(member, before);
  }

  private bury(now: number): void {
    const { deadMs, forgetMs } = this.timing;
    for (const [key, member] of this.members) {
      if (member.state === "suspect") {
        // Who was not heard of for long before it was suspected gets some time to be cleared.
        if (now >= Math.max(member.heardAt + deadMs, member.since + deadMs / 2)) this.turn(member, "dead", now);
      } else if (!isPresent(member) && now - member.since > forgetMs) {
        this.members.delete(key);
      }
    }
  }

  /** This node itself was stopped for a while: the others had no chance to be heard. */
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

/** Most uuids a node tells with a heartbeat. */
const MOST_RUNS = 100;

export function isPresent({ state }: { state: MemberState }): boolean {
  return state === "alive" || state === "suspect";
}
