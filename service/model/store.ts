import type { JsonText } from "../base/json/json-text.js";
import type { Logger } from "../base/log/logger.js";
import type { HandOver, LogChunk, QueuedRun, RunFilter, RunPage, RunRecord } from "./record.js";

/** A run that has not ended, as it was found. */
export interface FoundRun extends QueuedRun {
  /** Number of its newest change, see `FencedRecords`. */
  fence: number;
  /** Why it cannot be executed: a file of it cannot be understood. Its record says what is known without that. */
  damage?: string;
}

/**
 * The work folder as the database of runs. Plain files, safe on a volume shared by several nodes:
 *
 * - `.rojob/UUID.rojob` from acceptance to end: the run as it was accepted (JSON of a `QueuedRun`)
 * - `.rojob/runs/UUID.json` from the first start on: its record, and the number of its newest change (`fence`): who does not
 *   know the newest one cannot change it, and an end is never changed, see `FencedRecords`
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
   * Replaces the record of a run that has not ended, if nobody has since the caller saw it; on the disk when it resolves if
   * `isDurable`. One that need not be is kept in memory while the disk takes nothing.
   * @param fence number of the newest change as the caller knows it: 0 for a run as it was accepted
   * @returns the number of this change; undefined when it was refused, as another node has changed the run
   * @throws ServiceError `storage_full` with `isDurable`
   */
  write(record: RunRecord, fence: number, options: WriteOptions): Promise<number | undefined>;
  /**
   * Writes the result and the final record, then removes `UUID.rojob`: a crash in between loses nothing. Sets `resultBytes`
   * and closes the log. While the disk takes nothing both are kept in memory and written when it does again, unless another
   * node has changed the run by then; the run has not ended before, and this does not resolve.
   * @param fence see {@link write}
   * @param isFileGone `UUID.rojob` is known to be missing, though the run was not removed
   * @returns false when it was refused: the end of another node counts, or the run is another's
   */
  end(record: RunRecord, result: JsonText, fence: number, isFileGone?: boolean): Promise<boolean>;
  /** Changes what is known of an ended run besides its end: its callback. */
  update(record: RunRecord): Promise<void>;
  /**
   * Notes a run that was answered synchronously. Costs next to nothing: written behind, in batches. Closes the log. The
   * history keeps KEEPRUNS runs of its own: however many they are, they push out no accepted ones.
   */
  note(record: RunRecord, result: JsonText): void;
  /** The accepted runs of this node (`record.node`) that have not ended, with their newest record. */
  unfinished(): Promise<FoundRun[]>;
  /** Nodes that have accepted runs that have not ended, `host:port`: those of others in the same work folder among them. */
  unfinishedNodes(): Promise<string[]>;
  /** The same for a node that is dead. */
  unfinishedOf(node: string): Promise<FoundRun[]>;
  /** A run that has not ended; undefined when there is none, or it cannot be understood. */
  accepted(uuid: string): Promise<FoundRun | undefined>;
  get(uuid: string): Promise<RunRecord | undefined>;
  /**
   * JSON of an ended run's result map; undefined while there is none.
   * @throws ServiceError `result_not_kept` when there was one: of a synchronous run one of more than 64 KB is not kept
   */
  result(uuid: string): Promise<JsonText | undefined>;
  /** @throws ServiceError `bad_parameter` for a cursor that is none */
  list(filter: RunFilter): Promise<RunPage>;
  /** Ended runs that are kept, by state. */
  counts(): Partial<Record<RunRecord["state"], number>>;
  /**
   * Removes a run that has not ended: another keeps it from now on. Its output so far goes with it.
   * @param fence see {@link write}
   * @returns false when it was refused
   */
  drop(uuid: string, fence: number): Promise<boolean>;
  /** Other nodes may change these runs from now on: what this one knows of them by heart counts no more. */
  disown(uuids: readonly string[]): void;
  /** Removes an ended run; false when there is none. */
  remove(uuid: string): Promise<boolean>;
  /** Appends a line of output; in order, buffered with a bound (a full buffer is written at once). Never throws. */
  appendLog(uuid: string, line: string): void;
  /**
   * Makes the file of a run's output this node's: what a former owner, who is slow to learn that it has lost the run, goes on
   * writing is not in it.
   */
  renewLog(uuid: string): Promise<void>;
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

export interface WriteOptions {
  isDurable: boolean;
  /** Where the run is about to go, see {@link QueuedRun}; without it: nowhere. */
  handOver?: HandOver;
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
