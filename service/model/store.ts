import type { JsonText } from "../base/json/json-text.js";
import type { Logger } from "../base/log/logger.js";
import type { HandOver, LogChunk, QueuedRun, RunFilter, RunPage, RunRecord } from "./record.js";

/** A run from the disk that has not ended. */
export interface FoundRun extends QueuedRun {
  /** Number of its newest change, see `FencedRecords`. */
  fence: number;
  /** Reason why it cannot be executed: one of its files cannot be parsed. Its record has the known part. */
  damage?: string;
}

/**
 * The work folder as the database of runs. Plain files, safe on a volume shared by several nodes:
 *
 * - `.rojob/UUID.rojob` from acceptance to end: the run as it was accepted (JSON of a `QueuedRun`)
 * - `.rojob/runs/UUID.json` from the first start on: its record, and the number of its newest change (`fence`): only a
 *   writer that knows the newest one can change it, and an end is never changed, see `FencedRecords`
 * - `.rojob/UUID.result` from its end on: JSON of the result map
 * - `.rojob/logs/UUID.log` its output
 * - `.rojob/history/HOST_PORT-DATE-N.jsonl` synchronous runs: a line each, written behind
 * - `.rojob/aside/` files that could not be parsed
 */
export interface RunStore {
  /** Creates the folders and begins to read the index in the background. */
  start(): Promise<void>;
  /** Reason why nothing can be written; undefined when all is well. */
  trouble(): string | undefined;
  /**
   * Writes the run; file and folder are on the disk when it resolves.
   * @throws ServiceError `storage_full` when the disk is full, or the folder cannot be written
   */
  accept(run: QueuedRun): Promise<void>;
  /**
   * Replaces the record of a run that has not ended, unless it was changed since the caller read it; on the disk when
   * it resolves if `isDurable`. Otherwise it is kept in memory while the disk cannot be written.
   * @param fence number of the newest change as the caller knows it: 0 for a run as it was accepted
   * @returns number of this change; undefined when it was refused, as another node has changed the run
   * @throws ServiceError `storage_full` with `isDurable`
   */
  write(record: RunRecord, fence: number, options: WriteOptions): Promise<number | undefined>;
  /**
   * Writes the result and the final record, then removes `UUID.rojob`: a crash in between loses nothing. Sets
   * `resultBytes` and closes the log. While the disk cannot be written both are kept in memory and written later,
   * unless another node has changed the run by then; the run has not ended before, and this does not resolve.
   * @param fence see {@link write}
   * @param isFileGone `UUID.rojob` is known to be missing, though the run was not removed
   * @returns false when it was refused: the end of another node counts, or the run is another node's
   */
  end(record: RunRecord, result: JsonText, fence: number, isFileGone?: boolean): Promise<boolean>;
  /** Changes the callback of an ended run. */
  update(record: RunRecord): Promise<void>;
  /**
   * Notes a synchronous run. Cheap: written behind, in batches. Closes the log. The history keeps KEEPRUNS runs of its
   * own, which push out no accepted ones.
   */
  note(record: RunRecord, result: JsonText): void;
  /** The accepted runs of this node (`record.node`) that have not ended, with their newest record. */
  unfinished(): Promise<FoundRun[]>;
  /** Nodes that have accepted runs that have not ended, `host:port`: those of others in the same work folder among them. */
  unfinishedNodes(): Promise<string[]>;
  /** The same for a dead node. */
  unfinishedOf(node: string): Promise<FoundRun[]>;
  /** A run that has not ended; undefined when there is none, or it cannot be parsed. */
  accepted(uuid: string): Promise<FoundRun | undefined>;
  get(uuid: string): Promise<RunRecord | undefined>;
  /**
   * JSON of an ended run's result map; undefined while there is none.
   * @throws ServiceError `result_not_kept` when there was one: results of synchronous runs above 64 KB are not kept
   */
  result(uuid: string): Promise<JsonText | undefined>;
  /** @throws ServiceError `bad_parameter` for an invalid cursor */
  list(filter: RunFilter): Promise<RunPage>;
  /** Ended runs that are kept, by state. */
  counts(): Partial<Record<RunRecord["state"], number>>;
  /**
   * Removes a run that has not ended, because another store keeps it from now on; with its output so far.
   * @param fence see {@link write}
   * @returns false when it was refused
   */
  drop(uuid: string, fence: number): Promise<boolean>;
  /** Drops cached records of these runs: other nodes may change them from now on. */
  disown(uuids: readonly string[]): void;
  /** Removes an ended run; false when there is none. */
  remove(uuid: string): Promise<boolean>;
  /** Appends a line of output; in order, buffered with a limit (a full buffer is written at once). Never throws. */
  appendLog(uuid: string, line: string): void;
  /**
   * Replaces the file of a run's output by a copy: a former owner that has not noticed yet that it lost the run writes
   * to the old file.
   */
  renewLog(uuid: string): Promise<void>;
  /** Writes the buffered output of a run and closes its file. */
  closeLog(uuid: string): Promise<void>;
  /**
   * Output from an offset on, 256 KB at most; also while any node writes it. Undefined when there is no such run: a
   * synchronous one is known with its first line of output, or when it was noted.
   */
  readLog(uuid: string, from: string | undefined): Promise<LogChunk | undefined>;
  /** Called when there is more output of a run. */
  onLog(listener: (uuid: string) => void): () => void;
  /** Writes everything buffered and stops the cleaning. */
  close(): Promise<void>;
}

export interface WriteOptions {
  isDurable: boolean;
  /** Receiver of a hand-over that is about to start, see {@link QueuedRun}; undefined: there is none. */
  handOver?: HandOver;
}

/** Options of the store, from the configuration. */
export interface StoreOptions {
  /** WORK; absolute. */
  workFolder: string;
  /** A function, because a free port is known only once the node listens; `host:port` of this node. */
  node: () => string;
  /** RESULTTTL, LOGTTL in ms; 0: no limit. */
  resultTtlMs: number;
  logTtlMs: number;
  /** KEEPRUNS: most ended runs kept; 0: no limit. */
  keepRuns: number;
}

/** With the log for files that cannot be parsed, and for a disk that cannot be written. */
export interface FileStoreOptions extends StoreOptions {
  log: Logger;
}
