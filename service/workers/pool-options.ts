import type { Logger } from "../base/log/logger.js";
import type { LocalSlot } from "../dispatch/dispatcher.js";
import type { OnOutput, RunReply, RunSpec } from "../model/run.js";
import type { NodeAccess } from "../runtime/base/host.js";

/** Options of a pool; plain values, which the caller takes from the configuration. */
export interface PoolOptions {
  /** Worker processes kept warm: as many runs at a time. */
  workers: number;
  /** `context`: environments each worker prepares ahead. `process`: processes kept ready besides the `workers`. */
  spares: number;
  isolation: "context" | "process";
  /** Longest time of a run whose request names none, ms; 0: no limit. */
  jobTimeoutMs: number;
  jobMemoryMb: number;
  /** Most bytes of a result; 0: no limit. */
  maxResultBytes: number;
  /** Working folder of runs; absolute. */
  cwd: string;
  /** Environment variables of runs: those of the node without its secrets. */
  env: Record<string, string | undefined>;
  /** Folder of service functions; absolute. */
  runFolder?: string;
  /** A fork (see `Pool.fork`) ends after this many ms without a run. Default 60000. */
  forkIdleMs?: number;
  /** Receives the output of runs line by line, in order. */
  onOutput: OnOutput;
  log: PoolLog;
  /** Makes `global.ROJOB` of a run. */
  makeRojob(uuid: string): Record<string, unknown>;
  /** Access of a run to the node. */
  makeNodeAccess?(uuid: string): NodeAccess;
}

/** The part of the node's log a pool uses. */
export type PoolLog = Pick<Logger, "debug" | "info" | "warn" | "error">;

export interface PoolLoad {
  /** Processes that accept runs now or soon: free, busy and starting ones, without those being ended. */
  workers: number;
  free: number;
  busy: number;
  starting: number;
  /** Extra workers among them. */
  forks: number;
  /** Runs accepted since the start. */
  runs: number;
  /** Worker processes that ended by themselves, or were killed for their run. */
  crashes: number;
  /** Number of workers replaced after a run, by reason. */
  retired: Record<string, number>;
  /** Reason why nearly every run costs a worker now; undefined while that is not so. */
  warning: string | undefined;
}

/** Warm worker processes. */
export interface Pool {
  /**
   * Starts the workers; resolves when all are ready.
   * @throws Error when workers do not start, with their output
   */
  start(): Promise<void>;
  /**
   * Starts the run at once; undefined when no worker is free. The promise always resolves: failures are in the reply.
   */
  tryRun(spec: RunSpec): Promise<RunReply> | undefined;
  /** Reserves a free worker for a run; undefined when none is free. */
  reserve(): LocalSlot | undefined;
  /** Calls `listener` whenever a worker becomes free. @returns removes the listener */
  onFree(listener: () => void): () => void;
  /** Starts a fork, which ends when it has been idle for a while. Resolves when it is ready. */
  fork(): Promise<void>;
  load(): PoolLoad;
  /** Kills a run of this pool with everything it started; false if there is no such run. */
  kill(uuid: string): boolean;
  /** Accepts no more runs, waits for the current ones at most `graceMs`, then ends the rest. */
  drain(graceMs: number): Promise<void>;
  /** Ends all processes, also those of runs. */
  close(): Promise<void>;
}
