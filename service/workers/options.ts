import type { Logger } from "../base/log/logger.js";
import type { LocalSlot } from "../dispatch/dispatcher.js";
import type { OnOutput, RunReply, RunSpec } from "../model/run.js";
import type { NodeAccess } from "../runtime/base/host.js";

/** What a pool is made of; plain values, taken from the configuration by the caller. */
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
  /** Environment variables runs see: those of the node without its secrets. */
  env: Record<string, string | undefined>;
  /** Folder of service functions; absolute. */
  runFolder?: string;
  /** An extra worker (see `Pool.fork`) ends after this many ms without a run. Default 60000. */
  forkIdleMs?: number;
  /** Gets the output of runs line by line, in order. */
  onOutput: OnOutput;
  log: PoolLog;
  /** `global.ROJOB` of a run. */
  makeRojob(uuid: string): Record<string, unknown>;
  /** How a run asks the node for something. */
  makeNodeAccess?(uuid: string): NodeAccess;
}

/** The part of the node's log a pool uses. */
export type PoolLog = Pick<Logger, "debug" | "info" | "warn" | "error">;

export interface PoolLoad {
  /** Processes that take runs now or soon: free, busy and starting ones, without those being ended. */
  workers: number;
  free: number;
  busy: number;
  starting: number;
  /** Extra workers among them. */
  forks: number;
  /** Runs taken since the start. */
  runs: number;
  /** Worker processes that ended without being told to, or had to be killed for what their run did. */
  crashes: number;
  /** Why workers were replaced after a run, and how often. */
  retired: Record<string, number>;
  /** Why nearly every run costs a worker now; undefined while that is not so. */
  warning: string | undefined;
}

/** Warm worker processes. */
export interface Pool {
  /**
   * Starts the workers; resolves when all are ready.
   * @throws Error when workers do not come up, with what they said
   */
  start(): Promise<void>;
  /** Starts the run at once, or gives undefined when nobody is free. The promise always resolves: failures are in the reply. */
  tryRun(spec: RunSpec): Promise<RunReply> | undefined;
  /** Sets a free worker aside for a run; undefined when nobody is free. */
  reserve(): LocalSlot | undefined;
  /** Calls `listener` whenever a worker became free. Returns the way to stop it. */
  onFree(listener: () => void): () => void;
  /** Starts one extra worker, which ends when it has been idle for a while. Resolves when it is ready. */
  fork(): Promise<void>;
  load(): PoolLoad;
  /** Ends a run of this pool with everything it started; false if there is no such run. */
  kill(uuid: string): boolean;
  /** Takes no more runs, waits for the current ones at most `graceMs`, then ends the rest. */
  drain(graceMs: number): Promise<void>;
  /** Ends all processes, also those of runs. */
  close(): Promise<void>;
}
