import type { NodeCluster } from "../cluster/cluster.js";
import type { NameOptions } from "../config/own-names.js";
import type { Cluster } from "../model/cluster.js";
import type { Runs } from "../model/runs.js";
import type { ReceivedRuns } from "../runs/received-runs.js";
import type { SignatureMemory } from "../signing/signature-memory.js";
import type { ClientActivity } from "./auth/client-activity.js";
import type { RunTokens } from "./auth/run-tokens.js";
import type { ParseThreadsOptions } from "./body/large/parse-threads.js";

/** The options of the node that shape its HTTP side; names, types and units as in `service/config`. */
export interface HttpConfig extends NameOptions {
  CNAME?: string;
  /** Schemes that are accepted: `v1,v2` or `v2`. */
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
  /** Bytes; only named in an error. */
  MAXRESULT: number;
  /** The queue of asynchronous runs; only its existence matters here. */
  QUEUECH?: string | undefined;
}

/** The log of the HTTP side; a pino logger fits. */
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

/** The node around the HTTP side. */
export interface NodeControl {
  version: string;
  /** Asked for when needed, as a free port is known only once the node listens. */
  port(): number;
  activity(): NodeActivity;
  /** Lets the present runs finish within KILLGRACE and ends the node; does not wait for it. */
  stop(): void;
}

/** The parts of the node that the routes for peers need. */
export interface PeerServices {
  cluster: NodeCluster;
  /** The node's own. */
  runs: Runs & { readonly taken: ReceivedRuns };
  /** Stops this node. */
  stop(): void;
}

export interface HttpOptions {
  config: HttpConfig;
  /** Key that requests are signed with; needed unless PRIVATE. */
  apiKey: string | undefined;
  runs: Runs;
  /** By which runs of this node ask it. */
  tokens: RunTokens;
  /** Which signatures were used; without it none of before the start count. */
  signatures?: SignatureMemory;
  /** Answers requests of other nodes; without it they are rejected. */
  peers?: PeerServices;
  node: NodeControl;
  /** Reads large bodies. */
  parsing?: ParseThreadsOptions;
  /** The nodes around this one; without it this one is alone. */
  cluster?: Cluster;
  log: HttpLog;
  /** Is the node about to stop, and serves only who does not know it yet? Replies close their connections then. */
  isLeaving?(): boolean;
  /** Requests of clients are noted here. */
  clients?: ClientActivity;
  /** Requests of clients wait for it; without it they are served at once. */
  gate?: { isOpen: boolean; pass(): Promise<boolean> };
  /** True when runs can be taken, otherwise why not. */
  ready(): true | string;
}
