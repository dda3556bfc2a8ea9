/** Load of a node, part of every heartbeat. */
export interface NodeLoad {
  /** Environments in which a run could start at once. */
  free: number;
  /** Runs that wait for a worker. */
  waiting: number;
  /** Runs in workers. */
  running: number;
  forks: number;
  draining: boolean;
}

/** A node of the cluster as this one knows it, this one included; without nodes that left or are dead. */
export interface ClusterNode {
  host: string;
  port: number;
  isSelf: boolean;
  /** `suspect`: a node could not reach it lately. */
  state: "alive" | "suspect";
  load: NodeLoad;
  /** uuids of the runs it executes, from its last heartbeat; at most 100. */
  runs: string[];
  version: string;
  /** Time of its newest state, ms since the epoch. */
  heardAt: number;
}

/** Another node, for requests. They are signed (scheme v2). */
export interface Peer {
  readonly host: string;
  readonly port: number;
  /**
   * Sends a request of the HTTP API and returns status and body unchanged.
   * @throws ServiceError `peer_unreachable`
   */
  request(
    method: string,
    target: string,
    body?: string,
    signal?: AbortSignal,
  ): Promise<{ status: number; body: string }>;
}

/** The cluster of this node. */
export interface Cluster {
  /** @throws ServiceError `identity_taken` when another living node has the identity of this one */
  start(): Promise<void>;
  /** This node first, the others by name. */
  nodes(): ClusterNode[];
  /** Adds a node. @throws ServiceError `peer_unreachable`, `peer_refused` (another CNAME, another key) */
  add(host: string, port: number): Promise<ClusterNode[]>;
  /** The peer with this identity, if it is known and not dead. */
  peer(host: string, port: number): Peer | undefined;
  /** Announces that this node accepts no new runs; resolves when the peers had time to receive that. */
  drain(): Promise<void>;
  /** Stops all other nodes, not this one. Returns the nodes that could not be reached. */
  stopAll(): Promise<{ node: string; reason: string }[]>;
  /** Leaves the cluster. */
  close(): Promise<void>;
}
