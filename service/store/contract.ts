import type { Logger } from "../log.js";
import type { LogChunk, QueuedRun, RunFilter, RunPage, RunRecord } from "../runs/record.js";

/**
 * The work folder as the database of runs. Plain files, safe on a volume shared by several nodes:
 *
 * - `.rojob/UUID.rojob` from acceptance to end: the run as it was accepted (JSON of a `QueuedRun`)
 * - `.rojob/runs/UUID.json` from the first start on: its record
 * - `.rojob/UUID.result` from its end on: JSON of the result map
 * - `.rojob/logs/UUID.log` its output
 * - `.rojob/history/HOST_PORT-DATE-N.jsonl` runs that were answered synchronously: a line each, written behind
 * - `.rojob/aside/` files that could not be understood
 */
export interface RunStore {
  /** Makes the folders and begins to read the index in the background. */
  start(): Promise<void>;
  /** Why nothing can be written; undefined when all is well. */
  trouble(): string | undefined;
  /**
   * Writes the run; file and folder are on the disk when it resolves.
   * @throws ServiceError `storage_full` when the disk is, or the folder cannot be written
   */
  accept(run: QueuedRun): Promise<void>;
  /**
   * Replaces the record; on the disk when it resolves if `isDurable`. One that need not be is kept in memory while the
   * disk takes nothing.
   * @throws ServiceError `storage_full` with `isDurable`
   */
  write(record: RunRecord, isDurable: boolean): Promise<void>;
  /**
   * Writes the result, then the final record, then removes `UUID.rojob`: a crash in between loses nothing. Sets
   * `resultBytes` and closes the log. While the disk takes nothing both are kept in memory and written when it does again.
   */
  end(record: RunRecord, result: string): Promise<void>;
  /**
   * Notes a run that was answered synchronously. Costs next to nothing: written behind, in batches. Closes the log. The
   * history keeps KEEPRUNS runs of its own: however many they are, they push out no accepted ones.
   */
  note(record: RunRecord, result: string): void;
  /** The accepted runs of this node (`record.node`) that have not ended, with their newest record. */
  unfinished(): Promise<QueuedRun[]>;
  /** Nodes that have accepted runs that have not ended, `host:port`: those of others in the same work folder among them. */
  unfinishedNodes(): Promise<string[]>;
  /** The same for a node that is dead. */
  unfinishedOf(node: string): Promise<QueuedRun[]>;
  /**
   * Makes a run of a dead node one of this node: `record.node` says so. On the disk when it resolves.
   * @throws ServiceError `storage_full`; it is still the other's then
   */
  adopt(run: QueuedRun): Promise<void>;
  /**
   * Replaces a run that has not ended, all but its newest record. On the disk when it resolves.
   * @throws ServiceError `storage_full`; it is as it was then
   */
  rewrite(run: QueuedRun): Promise<void>;
  /** A run that has not ended as it was accepted; undefined when there is none, or it cannot be understood. */
  accepted(uuid: string): Promise<QueuedRun | undefined>;
  get(uuid: string): Promise<RunRecord | undefined>;
  /**
   * JSON text of an ended run's result map; undefined while there is none.
   * @throws ServiceError `result_not_kept` when there was one: of a synchronous run one of more than 64 KB is not kept
   */
  result(uuid: string): Promise<string | undefined>;
  /** @throws ServiceError `bad_parameter` for a cursor that is none */
  list(filter: RunFilter): Promise<RunPage>;
  /** Ended runs that are kept, by state. */
  counts(): Partial<Record<RunRecord["state"], number>>;
  /** Removes a run that has not ended: another keeps it from now on. Its output so far goes with it. */
  drop(uuid: string): Promise<void>;
  /** Removes an ended run; false when there is none. */
  remove(uuid: string): Promise<boolean>;
  /** Appends a line of output; in order, buffered with a bound (a full buffer is written at once). Never throws. */
  appendLog(uuid: string, line: string): void;
  /** Writes what is buffered of a run's output and closes its file. */
  closeLog(uuid: string): Promise<void>;
  /**
   * Output from a place on, 256 KB at most; also while it is written, by any node. Undefined when there is no such run: a
   * synchronous one is known with its first line of output, or when it was noted.
   */
  readLog(uuid: string, from: string | undefined): Promise<LogChunk | undefined>;
  /** Called when there is more output of a run. */
  onLog(listener: (uuid: string) => void): () => void;
  /** Writes everything buffered and stops the cleaning. */
  close(): Promise<void>;
}

/** What the store takes from the configuration. */
export interface StoreOptions {
  /** WORK; absolute. */
  workFolder: string;
  /** `host:port` of this node; asked for when needed, as a free port is known only once the node listens. */
  node: () => string;
  /** RESULTTTL, LOGTTL in ms; 0: kept for ever. */
  resultTtlMs: number;
  logTtlMs: number;
  /** KEEPRUNS: most ended runs kept; 0: no limit. */
  keepRuns: number;
}

/** With where to tell of files that cannot be understood, and of a disk that cannot be written. */
export interface FileStoreOptions extends StoreOptions {
  log: Logger;
}
