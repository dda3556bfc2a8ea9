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

/** A node of the cluster as this one knows it; this one is among them. Those that left or are dead are not. */
export interface ClusterNode {
  host: string;
  port: number;
  isSelf: boolean;
  /** `suspect`: somebody could not reach it lately. */
  state: "alive" | "suspect";
  load: NodeLoad;
  /** uuids of the runs it executes now, as it last said itself; at most 100. */
  runs: string[];
  version: string;
  /** Last heard of, ms since the epoch. */
  heardAt: number;
}

/** Another node, to ask something of. Requests are signed (scheme v2). */
export interface Peer {
  readonly host: string;
  readonly port: number;
  /**
   * Sends a request of the HTTP API there and gives status and body as they come.
   * @throws ServiceError `peer_unreachable`
   */
  request(
    method: string,
    target: string,
    body?: string,
    signal?: AbortSignal,
  ): Promise<{ status: number; body: string }>;
}

/** The nodes around this one. */
export interface Cluster {
  /** @throws ServiceError `identity_taken` when another living node has the identity of this one */
  start(): Promise<void>;
  /** This one first, the others by name. */
  nodes(): ClusterNode[];
  /** Makes a node known. @throws ServiceError `peer_unreachable`, `peer_refused` (another CNAME, another key) */
  add(host: string, port: number): Promise<ClusterNode[]>;
  /** The peer with this identity, if it is known and not dead. */
  peer(host: string, port: number): Peer | undefined;
  /** Tells the others that this node takes nothing new; resolves when they had the time to hear it. */
  drain(): Promise<void>;
  /** Tells all other nodes to stop; this one goes on. Gives those that could not be told. */
  stopAll(): Promise<{ node: string; reason: string }[]>;
  /** Leaves. */
  close(): Promise<void>;
}
