import { randomBytes } from "node:crypto";
import { type Address, formatAddress } from "../base/address.js";
import { ServiceError } from "../base/errors.js";
import type { Logger } from "../base/log/logger.js";
import { type NameOptions, OwnNames } from "../config/own-names.js";
import type { LocalSlot } from "../dispatch/dispatcher.js";
import type { Cluster, ClusterNode, NodeLoad, Peer } from "../model/cluster.js";
import type { OnOutput } from "../model/run.js";
import type { Runs } from "../model/runs.js";
import type { SignatureMemory } from "../signing/signature-memory.js";
import { ClusterRuns } from "./cluster-runs.js";
import { FallbackNodes } from "./fallback-nodes.js";
import { ForwardedRuns } from "./forwarded-runs.js";
import { Heartbeats } from "./heartbeats.js";
import { IncomingRuns } from "./incoming-runs.js";
import { keyOf, type Member, type MemberState } from "./member.js";
import { isPresent, Membership, type Self } from "./membership.js";
import { PeerHttp } from "./peer-http.js";
import { PeerKey } from "./peer-key.js";
import { PeerQueues } from "./peer-queues.js";
import { PeerRecords } from "./peer-records.js";
import { ClusterSlots } from "./peer-slots.js";
import { nodesOfWorkFolder, readFallbacks, readSources, resolveSource } from "./sources/index.js";
import { timingOf } from "./timing.js";

/** Options of the cluster side of a node; names and units as in `service/config`. */
export interface ClusterConfig extends NameOptions {
  CNAME: string;
  CDISC?: string;
  FALLBACKS?: string;
  /** ms. */
  NODETIMEOUT: number;
  /** ms. */
  JOBTIMEOUT: number;
  WORK: string;
}

export interface ClusterOptions {
  config: ClusterConfig;
  /** Key of the cluster: CLUSTERKEY, or APIKEY without it. */
  clusterKey: string;
  /** Memory of used signatures. */
  signatures: Pick<SignatureMemory, "peers">;
  version: string;
  /** A function, because a free port is known only once the node listens. */
  port: () => number;
  load: () => NodeLoad;
  /** uuids of this node's own running runs. */
  runs: () => string[];
  /** Reserves a free environment of this node for another node. */
  reserve: () => LocalSlot | undefined;
  /** Receives the output of this node's runs that other nodes execute. */
  onOutput: OnOutput;
  log: Pick<Logger, "debug" | "info" | "warn" | "error">;
}

/** Path of the request by which a peer stops this node. */
export const STOP_PATH = "/v1/cluster/stop-node";
const STOP_MS = 3000;

export function createCluster(options: ClusterOptions): NodeCluster {
  return new NodeCluster(options);
}

/** The {@link Cluster}, and the parts of it that `http` and the dispatcher of the node use. */
export class NodeCluster implements Cluster {
  readonly key: PeerKey;
  readonly http: PeerHttp;
  readonly incomingRuns: IncomingRuns;
  readonly slots: ClusterSlots;
  readonly heartbeats: Heartbeats;
  readonly forwardedRuns: ForwardedRuns;
  readonly queues: PeerQueues;
  private readonly membership: Membership;
  private readonly fallbacks: FallbackNodes;
  private readonly startedAt = performance.now();
  private readonly rejectedPeers = new Map<string, Address>();
  private isDraining = false;
  private hasLeft = false;
  private readonly self: Self;

  constructor(private readonly options: ClusterOptions) {
    const { config, clusterKey, log } = options;
    const timing = timingOf(config.NODETIMEOUT);
    const names = new OwnNames(config);
    const id = randomBytes(8).toString("hex");
    this.self = {
      host: config.HOST,
      get port() {
        return options.port();
      },
      cname: config.CNAME,
      id,
      life: Date.now(),
      version: options.version,
      load: () => this.load(),
      runs: () => {
        const own = options.runs().filter((uuid) => this.forwardedRuns.placeOf(uuid) === undefined);
        return [...own, ...this.incomingRuns.running()];
      },
    };
    this.key = new PeerKey(clusterKey, id, {
      isMeant: (to) => names.isAddress(to, options.port()),
      use: options.signatures.peers.use,
    });
    this.http = new PeerHttp(this.key);
    this.incomingRuns = new IncomingRuns(
      () => (this.isDraining ? undefined : options.reserve()),
      (uuid) => options.runs().includes(uuid),
    );
    this.membership = new Membership(this.self, timing, (member, before) => this.changed(member, before));
    const query = () => this.query();
    const { http } = this;
    this.forwardedRuns = new ForwardedRuns({
      http,
      key: this.key,
      query,
      onOutput: options.onOutput,
      jobTimeoutMs: config.JOBTIMEOUT,
      lostAfterMs: config.NODETIMEOUT,
    });
    this.queues = new PeerQueues({
      http,
      query,
      present: () => this.membership.present.filter(({ state, load }) => state === "alive" && !load.draining),
      ofWorkFolder: () => nodesOfWorkFolder(config.WORK),
    });
    const fallbacks = config.FALLBACKS === undefined ? [] : readFallbacks(config.FALLBACKS);
    this.fallbacks = new FallbackNodes(fallbacks, { timing, http, forwardedRuns: this.forwardedRuns, query, log });
    this.slots = new ClusterSlots({
      membership: this.membership,
      fallbacks: this.fallbacks,
      forwardedRuns: this.forwardedRuns,
      http,
      timing,
      query,
      log,
      random: Math.random,
    });
    const sources = config.CDISC === undefined ? [] : readSources(config.CDISC);
    this.heartbeats = new Heartbeats({
      membership: this.membership,
      http,
      timing,
      discover: async () => {
        const asked = [nodesOfWorkFolder(config.WORK), ...sources.map((source) => resolveSource(source))];
        const found = await Promise.allSettled(asked);
        for (const one of found) if (one.status === "rejected") log.debug({ err: one.reason }, "CDISC: nothing found");
        return found.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
      },
      onMessage: () => this.slots.peerMayBeFree(),
      log,
    });
  }

  /** `host:port` of this node. */
  get identity(): string {
    return formatAddress(this.self);
  }

  start(): Promise<void> {
    return this.heartbeats.start();
  }

  nodes(): ClusterNode[] {
    const { self } = this;
    const now = performance.now();
    const own: ClusterNode = {
      host: self.host,
      port: self.port,
      isSelf: true,
      state: "alive",
      load: this.load(),
      runs: self.runs(),
      version: self.version,
      heardAt: Date.now(),
    };
    const others = this.membership.present
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
      .map(({ host, port, state, load, runs, version, heardAt }) => ({
        host,
        port,
        isSelf: false,
        state: state as "alive" | "suspect",
        load,
        runs,
        version,
        heardAt: Math.round(Date.now() - (now - heardAt)),
      }));
    return [own, ...others];
  }

  async add(host: string, port: number): Promise<ClusterNode[]> {
    await this.heartbeats.add({ host, port });
    return this.nodes();
  }

  peer(host: string, port: number): Peer | undefined {
    const member = this.membership.members.get(formatAddress({ host, port }));
    return member !== undefined && isPresent(member) ? this.peerOf(member) : undefined;
  }

  isPresent(address: Address): boolean {
    const member = this.membership.members.get(formatAddress(address));
    return member !== undefined && isPresent(member);
  }

  /** Can a node that is not present come back? With discovery any node can; else only a member. */
  mayComeBack(address: Address): boolean {
    return this.options.config.CDISC !== undefined || this.membership.members.has(formatAddress(address));
  }

  /** Members that are not present, and addresses of discovery at which no node has answered yet. */
  absent(): Address[] {
    return this.membership.absent();
  }

  /** All peers that are alive or suspect. */
  present(): Address[] {
    return this.membership.present.map(({ host, port }) => ({ host, port }));
  }

  /** The runs of the cluster: of this node and, through it, of its peers. */
  allRuns(own: Runs): Runs {
    return new ClusterRuns(own, this, new PeerRecords(this.http, () => this.query()));
  }

  async drain(): Promise<void> {
    this.isDraining = true;
    this.membership.announce();
    // All peers may send runs to this node, so all of them get the message, not a few in turn.
    await this.heartbeats.notifyAll();
  }

  async stopAll(): Promise<{ node: string; reason: string }[]> {
    const failures: { node: string; reason: string }[] = [];
    const notify = async (member: Member): Promise<void> => {
      const node = keyOf(member);
      try {
        const target = `${STOP_PATH}?${new URLSearchParams(this.query())}`;
        const { status } = await this.http.send(member, "POST", target, { timeoutMs: STOP_MS });
        if (status !== 202) failures.push({ node, reason: `it replied ${status}` });
      } catch (error) {
        failures.push({ node, reason: (error as Error).message });
      }
    };
    await Promise.all(this.membership.present.map(notify));
    return failures;
  }

  /** Sends the leave messages; then no peer sends requests to this node any more. */
  async leave(): Promise<void> {
    this.hasLeft = true;
    await this.heartbeats.leave();
  }

  async close(): Promise<void> {
    if (!this.hasLeft) await this.leave();
    this.heartbeats.stop();
    this.fallbacks.close();
    this.http.close();
  }

  load(): NodeLoad {
    const load = this.options.load();
    return this.isDraining ? { ...load, free: 0, draining: true } : load;
  }

  /** Identity of this node, and id of its present process. */
  introduction(): object {
    const { cname, host, port, id, version } = this.self;
    return { cname, host, port, id, version, upMs: this.upMs };
  }

  /** ms since this node started. */
  get upMs(): number {
    return performance.now() - this.startedAt;
  }

  /** Notes a peer that got no environment; the peer gets a heartbeat as soon as one is free. */
  noteRejected(origin: Address): void {
    if (this.rejectedPeers.size < 100) this.rejectedPeers.set(formatAddress(origin), origin);
  }

  /** The node calls this when an environment is free and no run here waits for it. */
  becameFree(): void {
    if (this.rejectedPeers.size === 0 || this.isDraining) return;
    const waiting = [...this.rejectedPeers.values()];
    this.rejectedPeers.clear();
    for (const origin of waiting) this.heartbeats.notify(origin);
  }

  /** Query of every request to a peer: identity and cluster of this node. */
  private query(): Record<string, string> {
    return { from: this.identity, cname: this.self.cname };
  }

  private peerOf({ host, port }: Address): Peer {
    const node = formatAddress({ host, port });
    return {
      host,
      port,
      request: async (method, target, body, signal) => {
        try {
          return await this.http.send({ host, port }, method, target, { body, signal });
        } catch (cause) {
          if (signal?.aborted) throw signal.reason;
          throw new ServiceError("peer_unreachable", { node, reason: (cause as Error).message }, { cause });
        }
      },
    };
  }

  private changed(member: Member, before: MemberState | undefined): void {
    const { log } = this.options;
    const node = keyOf(member);
    switch (member.state) {
      case "alive":
        log.info({ node, was: before }, before === undefined ? "a node joined" : "a node is back");
        break;
      case "suspect":
        log.warn({ node }, "a node does not reply");
        break;
      case "dead":
        log.warn({ node }, "a node is dead: no heartbeat for NODETIMEOUT");
        this.forwardedRuns.lose(node, "it has not replied for NODETIMEOUT");
        break;
      case "left":
        log.info({ node }, "a node left");
        break;
    }
  }
}
