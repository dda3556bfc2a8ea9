import type { JsonText } from "../base/json/json-text.js";
import type { RawArgs, RawJson } from "../base/json/raw-json.js";
import type { QueueCounts } from "./queue.js";
import type { LogChunk, RunFilter, RunPage, RunRecord } from "./record.js";
import type { RunReply } from "./run.js";

/** A request for a run. */
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
  /** uuid of the run that requests this one, and waits for it unless this one is asynchronous. */
  parent?: string;
  settings: RunSettings;
  /** Header `Idempotency-Key` as it was sent. */
  idempotencyKey?: string;
  /** SHA-256 of the request (method, target, body), hex: the payload of the key. */
  payloadHash?: string;
  /** `management`: gets a worker even when all are busy. */
  lane?: "management";
  /** Earliest time of the start; ms since the epoch. */
  notBefore?: number;
  /** A caller waits for the submitted run: it takes turns with other requests, not with the queue. */
  isWaitedFor?: boolean;
}

/**
 * Settings of a run: of the `rojob` section of its oJob, whose keys are the names here, and of the request, which override those.
 * A new setting is a property here and a line in the reader of each (catalog/rojob-section.ts, http/body/run-request.ts).
 */
export interface RunSettings {
  /** Part of the run's uuid; made safe for file names and headers. */
  readonly name?: string;
  readonly async: boolean;
  /** Only one run of that name at a time in all nodes that share the work folder. */
  readonly unique: boolean;
  /** Time limit, instead of JOBTIMEOUT. */
  readonly timeoutMs?: number;
  /** Of asynchronous runs. */
  readonly retries?: number;
  /** Runs with a higher priority start first; 0 if absent. */
  readonly priority?: number;
  /** s. */
  readonly resultTtl?: number;
  readonly maxPerName?: number;
  /** Only of a request. */
  readonly callbackUrl?: string;
}

/** The runs of a node: all operations, for all callers (HTTP, schedules, initialization jobs). */
export interface Runs {
  /**
   * Executes a run and waits for its end. The run goes on when the caller goes away.
   * @throws ServiceError refusals of the dispatcher, `not_unique`
   */
  run(wanted: WantedRun): Promise<RunReply>;
  /**
   * Accepts a run, to be executed as soon as possible; recorded durably when this resolves.
   * @returns its record, and whether it is new: an idempotency key may stand for an earlier one
   * @throws ServiceError `storage_full`, `queue_unavailable`, `draining`, `not_unique`, `idempotency_key_reused`,
   *   `callback_not_allowed`
   */
  submit(wanted: WantedRun): Promise<{ record: RunRecord; isNew: boolean }>;
  /**
   * The record at the end of the run, or as it is when `waitMs` are over, the signal aborts or the node stops without
   * having started it; undefined: there is no such run.
   * @param waiter the run that waits: although it holds a worker of this node, the other run gets one
   * @throws ServiceError `nested_too_deep`
   */
  wait(
    uuid: string,
    waitMs: number,
    options?: { signal?: AbortSignal; waiter?: string },
  ): Promise<RunRecord | undefined>;
  get(uuid: string): Promise<RunRecord | undefined>;
  list(filter: RunFilter): Promise<RunPage>;
  /** JSON of the result map; undefined while there is none, or when it was removed. */
  result(uuid: string): Promise<JsonText | undefined>;
  /** Removes an ended run; false when there is none, or it has not ended. */
  remove(uuid: string): Promise<boolean>;
  /**
   * The output of a run.
   * @param from `next` of an earlier chunk
   * @param follow goes on until the run has ended; else ends at the present end of the log
   * @throws ServiceError `unknown_run`
   */
  log(uuid: string, options: { from?: string; follow: boolean; signal?: AbortSignal }): AsyncIterable<LogChunk>;
  /** Kills a waiting or running run, with everything it started. Resolves when it has ended. */
  kill(uuid: string): Promise<"killed" | "ended" | "unknown">;
  counts(): Promise<QueueCounts>;
  /** Kind of the queue of asynchronous runs: `spool`, `redis`, `etcd3`. */
  readonly queueKind: string;
  /** Node that a run was sent to, `host:port`, when only that node knows whether it has taken it; undefined: none. */
  sentTo(uuid: string): string | undefined;
  /** Is this node notified of all changes of the run, whichever node executes it? */
  knowsAll(record: RunRecord): boolean;
  /**
   * Submits the oJob of a failed or interrupted run as a new run.
   * @returns the record of the new run
   * @throws ServiceError `unknown_run`, `not_retriable`, and those of `submit`
   */
  retry(uuid: string, by: string): Promise<RunRecord>;
  /** Reason why no run can be accepted; undefined when all is well. */
  trouble(): string | undefined;
  /** Calls the listener with the record of every ended run of this node. @returns removes the listener */
  onEnd(listener: (record: RunRecord) => void): () => void;
  /** uuids of the runs that this node executes now, synchronous ones included. */
  running(): string[];
  start(): Promise<void>;
  /** Starts no more runs. Waiting runs stay in the queue. */
  drain(): void;
  close(): Promise<void>;
}
