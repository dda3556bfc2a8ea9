import type { Address } from "../../service/base/address.js";
import { type Heartbeat, keyOf } from "../../service/cluster/member.js";
import { Membership, type Outgoing } from "../../service/cluster/membership.js";
import { type Timing, timingOf } from "../../service/cluster/timing.js";

export interface SimulatedNode {
  key: string;
  membership: Membership;
  /** A stopped process: receives nothing, sends nothing, and does not know. */
  isDown: boolean;
  free: number;
  draining: boolean;
  /** When its next round is. */
  dueAt: number;
}

interface Event {
  at: number;
  order: number;
  act(): void;
}

/** Time from node to node, ms. */
const LATENCY_MS = 2;

/** Nodes in one process with a clock that jumps from event to event, and a network that does what it is told. */
export class Simulation {
  now = 1_000_000;
  readonly nodes: SimulatedNode[] = [];
  readonly timing: Timing;
  /** Requests and answers that were sent. */
  messages = 0;
  /** Their JSON texts, bytes; only counted when `countBytes`. */
  bytes = 0;
  countBytes = false;
  /** Requests each node has sent and received. */
  readonly load = new Map<string, number>();
  /** Says whether a message gets through. */
  passes: (from: string, to: string) => boolean = () => true;
  private readonly events: Event[] = [];
  private order = 0;
  private seed: number;

  constructor(nodeTimeoutMs: number, seed = 1) {
    this.timing = timingOf(nodeTimeoutMs);
    this.seed = seed;
  }

  /** Repeatable chance (mulberry32). */
  readonly random = (): number => {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };

  /** Starts a node that knows of some others. */
  start(contacts: readonly Address[] = [], port = this.nodes.length + 1, life = this.now): SimulatedNode {
    const self = {
      host: "n",
      port,
      cname: "c",
      id: `life-${this.nodes.length}-${life}`,
      life,
      version: "1",
      load: () => ({ free: node.free, waiting: 0, running: 0, forks: 0, draining: node.draining }),
      runs: () => [],
    };
    const membership = new Membership(self, this.timing, undefined, this.random);
    const node: SimulatedNode = { key: keyOf(self), membership, isDown: false, free: 1, draining: false, dueAt: 0 };
    const before = this.nodes.findIndex(({ key }) => key === node.key);
    if (before === -1) this.nodes.push(node);
    else this.nodes[before] = node;
    membership.contacts.add(contacts);
    this.round(node);
    return node;
  }

  /** Starts a whole cluster that knows the first node, and lets it come together. */
  static cluster(count: number, nodeTimeoutMs: number, seed = 1): Simulation {
    const simulation = new Simulation(nodeTimeoutMs, seed);
    const first = simulation.start();
    for (let i = 1; i < count; i++) simulation.start([first.membership.self]);
    simulation.run(simulation.timing.intervalMs * 10);
    return simulation;
  }

  /** Lets the clock run for so long. */
  run(ms: number): void {
    const until = this.now + ms;
    for (let event = this.events[0]; event !== undefined && event.at <= until; event = this.events[0]) {
      this.pop();
      this.now = event.at;
      event.act();
    }
    this.now = until;
  }

  /** Lets the clock run until something is so; gives how long that took, ms, at most `limitMs`. */
  until(isSo: () => boolean, limitMs: number, stepMs = 10): number {
    const from = this.now;
    while (!isSo() && this.now - from < limitMs) this.run(stepMs);
    return this.now - from;
  }

  /** The keys of the nodes that one counts as living, itself aside. */
  seenBy(node: SimulatedNode): string[] {
    return node.membership.present.map(keyOf).sort();
  }

  /** Does everybody who lives know exactly those? */
  agrees(living: readonly SimulatedNode[] = this.nodes.filter(({ isDown }) => !isDown)): boolean {
    return living.every((node) => {
      const { present } = node.membership;
      return (
        present.length === living.length - 1 &&
        living.every(({ key }) => key === node.key || node.membership.members.get(key)?.state === "alive")
      );
    });
  }

  private round(node: SimulatedNode): void {
    if (!node.isDown) for (const outgoing of node.membership.round(this.now)) this.send(node, outgoing);
    node.dueAt = Number.POSITIVE_INFINITY;
    this.schedule(node);
  }

  /** Draws the next round near when there is news, as the network side of a node does. */
  schedule(node: SimulatedNode): void {
    const dueAt = this.now + node.membership.pauseMs();
    if (node.dueAt <= dueAt) return;
    node.dueAt = dueAt;
    this.later(dueAt - this.now, () => {
      if (node.dueAt === dueAt && this.nodes.includes(node)) this.round(node);
    });
  }

  send(from: SimulatedNode, outgoing: Outgoing): void {
    const to = keyOf(outgoing.to);
    this.count(from.key, to, outgoing.heartbeat);
    let isOver = false;
    const fail = (): void => {
      if (isOver) return;
      isOver = true;
      from.membership.failed(outgoing, this.now);
      this.schedule(from);
    };
    this.later(this.timing.answerMs, fail);
    this.later(LATENCY_MS, () => {
      const target = this.nodes.find(({ key }) => key === to);
      if (target === undefined || target.isDown || !this.passes(from.key, to)) return;
      const answer = target.membership.received(clone(outgoing.heartbeat), this.now);
      this.count(undefined, undefined, answer);
      this.schedule(target);
      this.later(LATENCY_MS, () => {
        if (from.isDown || isOver || !this.passes(to, from.key)) return;
        isOver = true;
        from.membership.answered(outgoing, clone(answer), this.now);
        this.schedule(from);
      });
    });
  }

  private count(from: string | undefined, to: string | undefined, beat: Heartbeat): void {
    this.messages++;
    for (const key of [from, to]) if (key !== undefined) this.load.set(key, (this.load.get(key) ?? 0) + 1);
    if (this.countBytes) this.bytes += JSON.stringify(beat).length;
  }

  private later(ms: number, act: () => void): void {
    const event: Event = { at: this.now + ms, order: this.order++, act };
    const { events } = this;
    events.push(event);
    for (let i = events.length - 1; i > 0; ) {
      const up = (i - 1) >> 1;
      if (!isBefore(event, events[up]!)) break;
      [events[i], events[up]] = [events[up]!, event];
      i = up;
    }
  }

  private pop(): void {
    const { events } = this;
    const last = events.pop()!;
    if (events.length === 0) return;
    events[0] = last;
    for (let i = 0; ; ) {
      let next = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < events.length && isBefore(events[child]!, events[next]!)) next = child;
      }
      if (next === i) break;
      [events[i], events[next]] = [events[next]!, events[i]!];
      i = next;
    }
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** As if it had gone over the network: nothing is shared that anybody changes. */
function clone(beat: Heartbeat): Heartbeat {
  return { ...beat, members: beat.members.map((member) => ({ ...member })) };
}
