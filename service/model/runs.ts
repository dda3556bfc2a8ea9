import type { JsonText } from "../base/json/json-text.js";
import type { RawArgs, RawJson } from "../base/json/raw-json.js";
import type { QueueCounts } from "./queue.js";
import type { LogChunk, RunFilter, RunPage, RunRecord } from "./record.js";
import type { RunReply } from "./run.js";

/** What somebody wants run. */
export interface WantedRun {
  /** Name in messages and logs: a path below the run folder, or `ojob`. */
  file: string;
  /** The oJob's text; of large ones as a JSON string. */
  text: string | RawJson;
  /** SHA-256 of the text, hex, where it is known. */
  sourceHash?: string;
  /** All arguments, those of the oJob itself included. */
  args: Record<string, unknown> | RawArgs;
  /** See `RunRecord.by`. */
  by: string;
  /** uuid of the run that asks for this one, and waits for it unless this one is asynchronous. */
  parent?: string;
  timeoutMs?: number;
  /** The oJob's `rojob` section. */
  rojob: RojobSection;
  priority?: number;
  callbackUrl?: string;
  /** Header `Idempotency-Key` as it was sent. */
  idempotencyKey?: string;
  /** What the key stands for: SHA-256 of the request (method, target, body), hex. */
  payloadHash?: string;
  /** `management`: has a worker even when all are busy. */
  lane?: "management";
  /** Not to be started before; ms since the epoch. */
  notBefore?: number;
  /** Somebody waits for what is submitted: it takes turns with other requests, not with the queue. */
  isWaitedFor?: boolean;
}

/** What an oJob's `rojob` section says about how to run it; the keys it may have are the names here. */
export interface RojobSection {
  /** Part of the run's uuid; made safe for file names and headers. */
  readonly name?: string;
  readonly async: boolean;
  /** Only one run of that name at a time in all nodes that share the work folder. */
  readonly unique: boolean;
  readonly timeoutMs?: number;
  readonly retries?: number;
  readonly priority?: number;
  /** s. */
  readonly resultTtl?: number;
  readonly maxPerName?: number;
}

/** The runs of a node: everything that may be asked of them, whoever asks (HTTP, schedules, initialization jobs). */
export interface Runs {
  /**
   * Runs it and waits for its end. It goes on when the caller loses interest.
   * @throws ServiceError what the dispatcher refuses with, `not_unique`
   */
  run(wanted: WantedRun): Promise<RunReply>;
  /**
   * Accepts it to be run as soon as possible; recorded durably when this resolves.
   * @returns its record, and whether it is new: an idempotency key may stand for an earlier one
   * @throws ServiceError `storage_full`, `queue_unavailable`, `draining`, `not_unique`, `idempotency_key_reused`,
   *   `callback_not_allowed`
   */
  submit(wanted: WantedRun): Promise<{ record: RunRecord; isNew: boolean }>;
  /**
   * Its record when it has ended, or as it is when `waitMs` are over, the signal aborts or the node stops without having
   * started it; undefined: there is none.
   * @param waiter the run that waits: what holds a worker of this node does not keep the other one from getting one
   * @throws ServiceError `nested_too_deep`
   */
  wait(
    uuid: string,
    waitMs: number,
    options?: { signal?: AbortSignal; waiter?: string },
  ): Promise<RunRecord | undefined>;
  get(uuid: string): Promise<RunRecord | undefined>;
  list(filter: RunFilter): Promise<RunPage>;
  /** JSON of the result map; undefined while there is none, or none any more. */
  result(uuid: string): Promise<JsonText | undefined>;
  /** Forgets an ended run; false when there is none, or it has not ended. */
  remove(uuid: string): Promise<boolean>;
  /**
   * The output of a run.
   * @param from `next` of an earlier chunk
   * @param follow goes on until the run has ended; else ends where the log ends now
   * @throws ServiceError `unknown_run`
   */
  log(uuid: string, options: { from?: string; follow: boolean; signal?: AbortSignal }): AsyncIterable<LogChunk>;
  /** Kills a run that waits or runs, with everything it started. Resolves when it has ended. */
  kill(uuid: string): Promise<"killed" | "ended" | "unknown">;
  counts(): Promise<QueueCounts>;
  /** Where asynchronous runs wait, in a word: `spool`, `redis`, `etcd3`. */
  readonly queueKind: string;
  /** Node that a run of this one was sent to and that alone can say whether it has taken it, `host:port`; undefined: none. */
  sentTo(uuid: string): string | undefined;
  /** Is everything that happens to this run told here, whichever node executes it? */
  knowsAll(record: RunRecord): boolean;
  /**
   * Submits what a run was made of that has failed or was interrupted, as a run of its own.
   * @returns the record of the new one
   * @throws ServiceError `unknown_run`, `not_retriable`, and those of `submit`
   */
  retry(uuid: string, by: string): Promise<RunRecord>;
  /** Why nothing can be accepted; undefined when all is well. */
  trouble(): string | undefined;
  /** Calls the listener with the record of every run of this node that has ended. Returns the way to stop it. */
  onEnd(listener: (record: RunRecord) => void): () => void;
  /** uuids of what runs on this node now, synchronous ones included. */
  running(): string[];
  start(): Promise<void>;
  /** Starts nothing any more. What waits stays where it is. */
  drain(): void;
  close(): Promise<void>;
}
