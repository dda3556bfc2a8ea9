import type { NodeCluster } from "../cluster/cluster.js";
import type { NameOptions } from "../config/own-names.js";
import type { Cluster } from "../model/cluster.js";
import type { Runs } from "../model/runs.js";
import type { ReceivedRuns } from "../runs/received-runs.js";
import type { SignatureMemory } from "../signing/signature-memory.js";
import type { ClientActivity } from "./auth/client-activity.js";
import type { RunTokens } from "./auth/run-tokens.js";
import type { ParseThreadsOptions } from "./body/large/parse-threads.js";

/** The options of the node that its HTTP side uses; names, types and units are those of `service/config`. */
export interface HttpConfig extends NameOptions {
  CNAME?: string;
  /** Accepted versions of signatures: `v1,v2` or `v2`. */
  SIGNATURES?: string;
  /** 0: taken from the socket once it listens. */
  PORT: number;
  /** Folder of the jobs that can be run by name. */
  RUN: string;
  PRIVATE: boolean;
  RUNONLY: boolean;
  SHOWERRORS: boolean;
  /** Bytes. */
  MAXBODY: number;
  /** Bytes; an error names it. */
  MAXRESULT: number;
  /** The queue of asynchronous runs; only its existence matters here. */
  QUEUECH?: string | undefined;
}

/** The log of the HTTP side; a pino logger can be passed. */
export interface HttpLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The load of the node's worker processes; see `PoolLoad`. */
export interface NodeActivity {
  free: number;
  busy: number;
  starting: number;
  forks: number;
  /** Runs that wait for a worker. */
  waiting: number;
  draining: boolean;
  crashes: number;
  retired: Record<string, number>;
  /** A reason why the node is slow although it accepts runs; shown by `/readyz`. */
  warning?: string | undefined;
}

/** The node that the HTTP side belongs to. */
export interface NodeControl {
  version: string;
  /** A function, since a free port is known only once the node listens. */
  port(): number;
  activity(): NodeActivity;
  /** Starts to stop the node: its present runs may finish within KILLGRACE. Does not wait for the end. */
  stop(): void;
}

/** The parts of the node that the routes for peers need. */
export interface PeerServices {
  cluster: NodeCluster;
  /** The runs of the node. */
  runs: Runs & { readonly taken: ReceivedRuns };
  /** Stops this node. */
  stop(): void;
}

export interface HttpOptions {
  config: HttpConfig;
  /** Key that requests are signed with; needed unless PRIVATE. */
  apiKey: string | undefined;
  runs: Runs;
  /** The tokens with which runs of this node authenticate to it. */
  tokens: RunTokens;
  /** The signatures that were used; without it those used before the start are forgotten. */
  signatures?: SignatureMemory;
  /** Answers requests of other nodes; without it they are rejected. */
  peers?: PeerServices;
  node: NodeControl;
  /** Reads large bodies. */
  parsing?: ParseThreadsOptions;
  /** The cluster of the node; undefined if it is the only node. */
  cluster?: Cluster;
  log: HttpLog;
  /** Is the node about to stop, and serves only clients that do not know it yet? Its replies close their connections then. */
  isLeaving?(): boolean;
  /** Requests of clients are noted here. */
  clients?: ClientActivity;
  /** Requests of clients wait for it; without it they are served at once. */
  gate?: { isOpen: boolean; pass(): Promise<boolean> };
  /** True when runs can be taken, otherwise why not. */
  ready(): true | string;
}
