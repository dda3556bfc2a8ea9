import type { RunReply, RunSpec } from "../dispatch/run.js";

/** What a node tells of itself with every heartbeat. */
export interface NodeLoad {
  /** Environments a run could start in at once. */
  free: number;
  /** Runs that wait for a worker. */
  waiting: number;
  /** Runs in workers. */
  running: number;
  forks: number;
  draining: boolean;
}

/** A node of the cluster as this one knows it; this one is among them. */
export interface ClusterNode {
  host: string;
  port: number;
  isSelf: boolean;
  state: "alive" | "suspect" | "dead" | "left";
  load: NodeLoad;
  /** uuids of the runs it executes now. */
  runs: string[];
  version: string;
  /** Last heard of, ms since the epoch. */
  heardAt: number;
}

/** Another node, to ask something of. Requests are signed (v2) and marked, so that they are never passed on again. */
export interface Peer {
  readonly host: string;
  readonly port: number;
  /**
   * Offers it a run. It is executed at most once: undefined only when the peer surely has not accepted it.
   * @throws ServiceError when the peer had accepted it and was lost
   */
  offer(spec: RunSpec): Promise<RunReply | undefined>;
  /** Sends a request of the HTTP API there and gives status and body as they come. */
  request(
    method: string,
    target: string,
    body?: string,
    signal?: AbortSignal,
  ): Promise<{ status: number; body: string }>;
}

/** The nodes around this one. */
export interface Cluster {
  start(): Promise<void>;
  nodes(): ClusterNode[];
  /** Makes a node known. @throws ServiceError when it does not answer, has another CNAME or another key */
  add(host: string, port: number): Promise<ClusterNode[]>;
  /** Peers with a free environment, as far as is known; the one to try first is first. */
  candidates(): Peer[];
  /** The peer with this identity, if it is known and not dead. */
  peer(host: string, port: number): Peer | undefined;
  /** Tells the others that this node takes nothing new. */
  drain(): void;
  /** Tells all other nodes to stop. */
  stopAll(): Promise<void>;
  /** Leaves. */
  close(): Promise<void>;
}
