import type { JsonText } from "../base/json/json-text.js";
import type { LogChunk, QueuedRun, RunFilter, RunOutcomeRecord, RunPage, RunRecord } from "./record.js";

/**
 * Where asynchronous runs wait, and where what became of them is kept.
 *
 * Semantics, the same over every adapter:
 * - *Durable*: what `submit` has resolved for survives the death of this node.
 * - *At least once*: a run whose claim was neither ended nor renewed in time is given out again, if it may be retried
 *   (`record.attempt <= record.retries`), else it becomes `interrupted`.
 * - *Effectively once*: each claim has a fencing token; a claim that was taken over cannot be completed any more.
 * - *Pushed*: `whenWork` resolves when there may be something to claim; nobody polls.
 */
export interface RunQueue {
  /** In words for logs and health: `spool`, `redis`, `etcd3`. */
  readonly kind: string;
  /** All nodes of the cluster take from it, and each hears of every change; else it is this node's own. */
  readonly isShared: boolean;
  /**
   * Recovers what a former life of this node left and begins to serve.
   * @throws Error when what is kept cannot be read at all; an unreachable broker is retried and shown by `trouble`
   */
  start(): Promise<void>;
  /** Why nothing can be accepted now; undefined when all is well. Shown by `/readyz`. */
  trouble(): string | undefined;
  /**
   * Accepts a run, durably. A uuid that is known already changes nothing.
   * @throws ServiceError `storage_full`, `queue_unavailable`
   */
  submit(run: QueuedRun): Promise<void>;
  /** Resolves when {@link claim} is likely to give something; rejects with the signal's reason when it aborts. */
  whenWork(signal: AbortSignal): Promise<void>;
  /**
   * Takes the run whose turn it is: highest priority first, then the oldest; held back by `notBefore` and `maxPerName`.
   * @param uuid takes this one before its turn, if it waits and nothing holds it back
   */
  claim(uuid?: string): Promise<Claim | undefined>;
  /**
   * Ends a run that has not been started, as `killed`; asks the node that runs it to kill it otherwise.
   * @returns what it was when asked
   */
  cancel(uuid: string): Promise<"waiting" | "running" | "ended" | "unknown">;
  /** Node that a run was sent to and that alone can say whether it has taken it, `host:port`; undefined: none. */
  sentTo?(uuid: string): string | undefined;
  get(uuid: string): Promise<RunRecord | undefined>;
  /** JSON of the result map; undefined while there is none. */
  result(uuid: string): Promise<JsonText | undefined>;
  list(filter: RunFilter): Promise<RunPage>;
  /** What a run was made of that has failed or was interrupted, as far as that is kept. */
  payload(uuid: string): Promise<Omit<QueuedRun, "record"> | undefined>;
  counts(): Promise<QueueCounts>;
  /** Appends output of a run. Never throws: what cannot be kept is dropped and counted. */
  appendLog(uuid: string, line: string): void;
  /** Output from a place on; see {@link LogChunk}. An empty text when there is no more for now. */
  readLog(uuid: string, from: string | undefined): Promise<LogChunk | undefined>;
  /** Changes what is known of an ended run: its callback. */
  update(record: RunRecord): Promise<void>;
  /** Forgets an ended run with its result and log; false when there is none. */
  remove(uuid: string): Promise<boolean>;
  /** Called with every change of a run's state and, with `log`, when there is more output. Returns the way to stop it. */
  onEvent(listener: (event: QueueEvent) => void): () => void;
  /** Gives what waits here to other nodes, as far as there are any that take it: this one stops, and claims nothing any more. */
  handOut?(): Promise<void>;
  /** Takes and gives nothing any more; what this node has claimed and not started is given back. */
  close(): Promise<void>;
}

/** `missed`: the queue was away, and whatever happened meanwhile has not been told. */
export type QueueEvent =
  | { kind: "state"; uuid: string; record: RunRecord }
  | { kind: "log"; uuid: string }
  | { kind: "missed" };

export interface QueueCounts {
  waiting: number;
  running: number;
  /** ms since the oldest waiting run was accepted; 0 when none waits. */
  oldestWaitingMs: number;
  /** Ended ones that are still kept, by state. */
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
  /** Records that a worker has begun; after it the run counts as started. Resolves false when the claim is lost. */
  started(record: RunRecord): Promise<boolean>;
  /** Keeps result and final record. Resolves false, and keeps nothing, when the claim is lost. */
  complete(outcome: RunOutcomeRecord): Promise<boolean>;
  /** Back in line to be run again, not before `delayMs` from now; counts as an attempt. */
  retry(record: RunRecord, delayMs: number): Promise<boolean>;
  /** Back in line as if it had not been claimed, to be given out again not before `delayMs` from now (default: at once). */
  release(delayMs?: number): Promise<void>;
}
