import { setTimeout as delay } from "node:timers/promises";
import { type Address, formatAddress, isLocalSocket } from "../base/address.js";
import { ServiceError } from "../base/errors.js";
import type { Logger } from "../base/log/logger.js";
import { isLoopback } from "../base/loopback.js";
import { type Heartbeat, keyOf, readHeartbeat } from "./member.js";
import type { Membership, Outgoing } from "./membership.js";
import type { PeerHttp } from "./peer-http.js";
import type { Timing } from "./timing.js";

/** Path of heartbeats. */
export const HEARTBEATS_PATH = "/v1/cluster/beats";
/** Path where a node identifies itself. */
export const SELF_PATH = "/v1/cluster/self";
/** Longest time that the first round may hold up the start, ms. */
const FIRST_ROUND_MS = 1500;
/** Longest time for the leave messages, ms. */
const LEAVE_MS = 500;
/** Most peers that get a message at once; gossip reaches the others. */
const MAX_NOTIFIED = 50;

/** Reason for which a node refuses another one. */
export interface Refusal {
  status: number;
  code: string;
  detail: string;
}

export interface HeartbeatOptions {
  membership: Membership;
  http: PeerHttp;
  timing: Timing;
  /** Addresses of nodes from all sources; never rejects. */
  discover(): Promise<Address[]>;
  /** Called after each message: a peer may have become free. */
  onMessage(): void;
  log: Pick<Logger, "debug" | "info" | "warn" | "error">;
}

/** Sends and receives heartbeats: the network side of {@link Membership}. */
export class Heartbeats {
  private timer: NodeJS.Timeout | undefined;
  private discovery: NodeJS.Timeout | undefined;
  private isOver = false;
  private dueAt = Number.POSITIVE_INFINITY;
  /** Last refusal of each address, so that each is logged once. */
  private readonly refusals = new Map<string, string>();
  private conflict: ServiceError | undefined;

  constructor(private readonly options: HeartbeatOptions) {}

  /**
   * Finds the other nodes and sends them heartbeats.
   * @throws ServiceError `identity_taken` when a peer knows another living node with this identity
   */
  async start(): Promise<void> {
    const { membership, timing } = this.options;
    await Promise.race([Promise.all([this.checkIdentity(), this.discoverNow()]), delay(FIRST_ROUND_MS)]);
    const first = Promise.all(membership.round(performance.now()).map((outgoing) => this.send(outgoing)));
    await Promise.race([first, delay(FIRST_ROUND_MS)]);
    if (this.conflict !== undefined) throw this.conflict;
    membership.announce();
    this.schedule();
    const everyMs = Math.min(10_000, Math.max(1000, timing.deadMs / 3));
    this.discovery = setInterval(() => void this.discoverNow(), everyMs).unref();
  }

  /**
   * Receives a heartbeat.
   * @param remoteAddress address of the peer's socket
   * @returns the answer
   * @throws ServiceError `other_cluster`, `identity_taken`, `loopback_peer`, `peer_not_understood`
   */
  async receive(message: unknown, remoteAddress: string | undefined): Promise<Heartbeat> {
    const { membership } = this.options;
    const { self } = membership;
    const heartbeat = readHeartbeat(message);
    if (heartbeat === undefined)
      throw new ServiceError("peer_not_understood", { node: String(remoteAddress), what: HEARTBEATS_PATH });
    const node = keyOf(heartbeat.from);
    this.checkCluster(heartbeat.cname, node);
    if (isLoopback(heartbeat.from.host) && !isLocalSocket(remoteAddress)) {
      this.logOnce(node, `sends from ${remoteAddress} but has a loopback address as HOST: rejected`);
      throw new ServiceError("loopback_peer", { node, from: String(remoteAddress) });
    }
    if (node === keyOf(self) && heartbeat.from.id !== self.id) {
      this.logOnce(node, `is the identity of this node and of another one at ${remoteAddress}: rejected`);
      throw new ServiceError("identity_taken", { node });
    }
    const otherLife = membership.otherLifeOf(heartbeat.from);
    if (otherLife !== undefined && heartbeat.from.state !== "left") {
      // The node that answers at that address has the identity.
      if ((await this.idAt(heartbeat.from)) === otherLife.id) throw new ServiceError("identity_taken", { node });
      membership.forget(node);
    }
    const answer = membership.received(heartbeat, performance.now());
    this.refusals.delete(node);
    this.schedule();
    this.options.onMessage();
    return answer;
  }

  /** @throws ServiceError `other_cluster` */
  checkCluster(cname: string, node: string): void {
    const ours = this.options.membership.self.cname;
    if (cname === ours) return;
    this.logOnce(node, `belongs to cluster '${cname}', this node to '${ours}'`);
    throw new ServiceError("other_cluster", { node, theirs: cname, ours });
  }

  /**
   * Adds a node at once.
   * @throws ServiceError `peer_refused`, `peer_unreachable`
   */
  async add(address: Address): Promise<void> {
    const { membership } = this.options;
    const now = performance.now();
    const outgoing: Outgoing = { to: address, heartbeat: membership.heartbeatFor(keyOf(address), now), at: now };
    const refusal = await this.send(outgoing, (error) => {
      throw new ServiceError("peer_unreachable", { node: keyOf(address), reason: error.message }, { cause: error });
    });
    if (refusal !== undefined) {
      throw new ServiceError("peer_refused", { node: keyOf(address), reason: refusal.detail });
    }
    membership.contacts.add([address]);
    this.schedule();
  }

  /** Sends one node the load of this one. */
  notify(address: Address): void {
    const { membership } = this.options;
    const now = performance.now();
    void this.send({ to: address, heartbeat: membership.heartbeatFor(keyOf(address), now), at: now });
  }

  /** Sends all peers the load of this node; in a large cluster only {@link MAX_NOTIFIED} of them. */
  async notifyAll(): Promise<void> {
    const { membership } = this.options;
    const now = performance.now();
    const sending = membership.present
      .slice(0, MAX_NOTIFIED)
      .map((to) => this.send({ to, heartbeat: membership.heartbeatFor(keyOf(to), now), at: now }));
    await Promise.race([Promise.all(sending), delay(LEAVE_MS)]);
    this.schedule();
  }

  /** Schedules the next round; earlier when there is a change to send. */
  schedule(): void {
    if (this.isOver) return;
    const dueAt = performance.now() + this.options.membership.pauseMs();
    if (this.timer !== undefined && this.dueAt <= dueAt) return;
    clearTimeout(this.timer);
    this.dueAt = dueAt;
    this.timer = setTimeout(() => this.round(), dueAt - performance.now()).unref();
  }

  /** Sends the leave messages. Heartbeats go on: this node still needs the load of its peers until it stops. */
  async leave(): Promise<void> {
    const leaveMessages = this.options.membership.leave(performance.now()).map((outgoing) => this.send(outgoing));
    await Promise.race([Promise.all(leaveMessages), delay(LEAVE_MS)]);
  }

  stop(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    clearInterval(this.discovery);
  }

  private round(): void {
    this.timer = undefined;
    for (const outgoing of this.options.membership.round(performance.now())) void this.send(outgoing);
    this.schedule();
  }

  private async send(outgoing: Outgoing, onError?: (error: Error) => void): Promise<Refusal | undefined> {
    const { membership, http, timing } = this.options;
    const { to, heartbeat } = outgoing;
    try {
      const body = JSON.stringify(heartbeat);
      const { status, body: text } = await http.send(to, "POST", HEARTBEATS_PATH, {
        body,
        timeoutMs: timing.answerMs,
        cname: heartbeat.cname,
      });
      const answer = status === 200 ? readHeartbeat(JSON.parse(text)) : undefined;
      if (answer === undefined || answer.cname !== heartbeat.cname) {
        membership.failed(outgoing, performance.now());
        const refusal = refusalOf(status, text);
        this.refused(to, refusal);
        return refusal;
      }
      membership.answered(outgoing, answer, performance.now());
      this.refusals.delete(keyOf(to));
      this.schedule();
      this.options.onMessage();
    } catch (error) {
      membership.failed(outgoing, performance.now());
      this.options.log.debug({ node: keyOf(to), err: error }, "no reply to a heartbeat");
      this.schedule();
      onError?.(error as Error);
    }
    return undefined;
  }

  private refused(to: Address, { status, code, detail }: Refusal): void {
    const node = formatAddress(to);
    if (code === "identity_taken") {
      this.conflict = new ServiceError("identity_taken", { node: keyOf(this.options.membership.self) });
    }
    this.logOnce(
      node,
      status === 401 ? `has another key (CLUSTERKEY, or APIKEY without it): ${detail}` : `rejects this node: ${detail}`,
    );
  }

  private logOnce(node: string, what: string): void {
    if (this.refusals.get(node) === what) return;
    this.refusals.set(node, what);
    this.options.log.error({ node }, `node ${node} ${what}`);
  }

  private async discoverNow(): Promise<void> {
    const { membership, discover } = this.options;
    const found = await discover();
    membership.contacts.add(found);
    if (this.timer !== undefined) this.schedule();
  }

  /** Checks whether another node answers at the address of this one. */
  private async checkIdentity(): Promise<void> {
    const { self } = this.options.membership;
    const id = await this.idAt(self);
    if (id !== undefined && id !== self.id) this.conflict = new ServiceError("identity_taken", { node: keyOf(self) });
  }

  /** Process id of the node that answers at an address; undefined when none does. */
  private async idAt(address: Address): Promise<string | undefined> {
    const { http, timing, membership } = this.options;
    const { cname } = membership.self;
    try {
      const { status, body } = await http.send(address, "GET", SELF_PATH, { timeoutMs: timing.answerMs, cname });
      const { id } = status === 200 ? (JSON.parse(body) as { id?: string }) : {};
      return id;
    } catch {
      return undefined; // no node is there, or none of this cluster
    }
  }
}

function refusalOf(status: number, body: string): Refusal {
  try {
    const { code = "", detail = "" } = JSON.parse(body) as { code?: string; detail?: string };
    return { status, code, detail: detail || `it replied ${status}` };
  } catch {
    return { status, code: "", detail: `it replied ${status} and is not a rojob node` };
  }
}
