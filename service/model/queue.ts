import type { JsonText } from "../base/json/json-text.js";
import type { LogChunk, QueuedRun, RunFilter, RunOutcomeRecord, RunPage, RunRecord } from "./record.js";

/**
 * Queue of asynchronous runs, with the records of their ends.
 *
 * Semantics, the same over every adapter:
 * - *Durable*: a run whose `submit` has resolved survives the death of this node.
 * - *At least once*: a run whose claim was neither ended nor renewed in time is given out again, if it may be retried
 *   (`record.attempt <= record.retries`), else it becomes `interrupted`.
 * - *Effectively once*: each claim has a fencing token; a claim that was taken over cannot be completed any more.
 * - *Pushed*: `whenWork` resolves when there may be a run to claim; nobody polls.
 */
export interface RunQueue {
  /** Name for logs and health: `spool`, `redis`, `etcd3`. */
  readonly kind: string;
  /** All nodes of the cluster claim from it, and each is notified of every change; else it is this node's own. */
  readonly isShared: boolean;
  /**
   * Recovers the runs of an earlier process of this node and begins to serve.
   * @throws Error when the stored runs cannot be read at all; an unreachable broker is retried and shown by `trouble`
   */
  start(): Promise<void>;
  /** Reason why no run can be accepted now; undefined when all is well. Shown by `/readyz`. */
  trouble(): string | undefined;
  /**
   * Accepts a run, durably. A known uuid changes nothing.
   * @throws ServiceError `storage_full`, `queue_unavailable`
   */
  submit(run: QueuedRun): Promise<void>;
  /** Resolves when {@link claim} is likely to return a run; rejects with the signal's reason when it aborts. */
  whenWork(signal: AbortSignal): Promise<void>;
  /**
   * Claims the next run: highest priority first, then the oldest; `notBefore` and `maxPerName` hold runs back.
   * @param uuid claims this run before its turn, if it waits and nothing holds it back
   */
  claim(uuid?: string): Promise<Claim | undefined>;
  /**
   * Ends a run that has not been started, as `killed`; requests a kill from the node that executes it otherwise.
   * @returns its state before
   */
  cancel(uuid: string): Promise<"waiting" | "running" | "ended" | "unknown">;
  /** Node that a run was sent to, `host:port`, when only that node knows whether it has taken it; undefined: none. */
  sentTo?(uuid: string): string | undefined;
  get(uuid: string): Promise<RunRecord | undefined>;
  /** JSON of the result map; undefined while there is none. */
  result(uuid: string): Promise<JsonText | undefined>;
  list(filter: RunFilter): Promise<RunPage>;
  /** Text and arguments of a failed or interrupted run, as far as they are kept. */
  payload(uuid: string): Promise<Omit<QueuedRun, "record"> | undefined>;
  counts(): Promise<QueueCounts>;
  /** Appends output of a run. Never throws: lines that cannot be kept are dropped and counted. */
  appendLog(uuid: string, line: string): void;
  /** Output from an offset on; see {@link LogChunk}. An empty text when there is no more for now. */
  readLog(uuid: string, from: string | undefined): Promise<LogChunk | undefined>;
  /** Changes the callback of an ended run. */
  update(record: RunRecord): Promise<void>;
  /** Removes an ended run with its result and log; false when there is none. */
  remove(uuid: string): Promise<boolean>;
  /**
   * Called with every change of a run's state and, with `log`, when there is more output. @returns removes the listener
   */
  onEvent(listener: (event: QueueEvent) => void): () => void;
  /** Hands waiting runs to other nodes that accept them: this node stops, and claims no more runs. */
  handOut?(): Promise<void>;
  /** Stops all operations; runs that this node has claimed and not started are given back. */
  close(): Promise<void>;
}

/** `missed`: the queue was away, and events of that time are lost. */
export type QueueEvent =
  | { kind: "state"; uuid: string; record: RunRecord }
  | { kind: "log"; uuid: string }
  | { kind: "missed" };

export interface QueueCounts {
  waiting: number;
  running: number;
  /** ms since the oldest waiting run was accepted; 0 when none waits. */
  oldestWaitingMs: number;
  /** Ended runs that are still kept, by state. */
  ended: Partial<Record<RunRecord["state"], number>>;
  /** Claims given out again because their holder died. */
  redeliveries: number;
}

/** The right to execute a run, for as long as it is renewed (the adapter does that by itself while its node lives). */
export interface Claim {
  readonly run: QueuedRun;
  /** Grows with every claim of the same run. */
  readonly token: string;
  /** Aborts when the claim was lost, or the run is to be killed (`reason` is `"lost"` or `"killed"`). */
  readonly signal: AbortSignal;
  /** Records that a worker has begun: after it the run counts as started. Resolves false when the claim is lost. */
  started(record: RunRecord): Promise<boolean>;
  /** Stores result and final record. Resolves false, and stores nothing, when the claim is lost. */
  complete(outcome: RunOutcomeRecord): Promise<boolean>;
  /** Requeues the run for another attempt, not before `delayMs` from now. */
  retry(record: RunRecord, delayMs: number): Promise<boolean>;
  /** Requeues the run as if it had not been claimed, not before `delayMs` from now (default: at once). */
  release(delayMs?: number): Promise<void>;
}
