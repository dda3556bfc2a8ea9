import { readdir, stat } from "node:fs/promises";
import type { Logger } from "../base/log/logger.js";
import { type FolderHealth, isRefusedBySystem } from "./folder-health.js";
import {
  isJournalOf,
  type Journal,
  type JournalLine,
  journalsIn,
  type LinePlace,
  mayGrow,
  type NotedRun,
  readNewLines,
  readPlaces,
} from "./journal.js";
import { JournalWriter } from "./journal-writer.js";
import { RunIndex, type RunSummary, summaryOf } from "./run-index.js";
import type { SetAside } from "./set-aside.js";
import { Throttle } from "./throttle.js";

/** Largest result kept of a synchronous run, bytes: its caller has it already. */
export const MAX_NOTED_BYTES = 64 * 1024;
/** Longest delay of a line, so that lines are written in batches, ms. */
const BATCH_DELAY_MS = 200;
/**
 * Lines made and written in one go: some ms of work. A batch of this size, or of that many bytes, is written without
 * delay.
 */
const BATCH = 250;
const BATCH_BYTES = 1024 * 1024;
/** Most lines and bytes that wait while the disk cannot be written. */
const MAX_PENDING = 20_000;
const MAX_PENDING_BYTES = 32 * 1024 * 1024;
/** Removed runs that are remembered until their lines have been read. */
const MAX_REMOVED = 10_000;

interface NotedSummary extends RunSummary {
  /** Absent until it is written. */
  place?: LinePlace;
  hasLogFile?: boolean;
}

/**
 * Synchronous runs. A new one goes to memory; lines are made and written later, in batches. The lines of other nodes in
 * the same folder are read on from the last position.
 */
export class History {
  readonly index = new RunIndex<NotedSummary>();
  private readonly pending = new Map<string, NotedRun>();
  private pendingBytes = 0;
  private readonly tombstones: string[] = [];
  /** Removed runs whose lines may still be read. */
  private readonly removed = new Set<string>();
  private readonly journals = new Map<string, Journal>();
  private readonly writer: JournalWriter;
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> | undefined;
  private readonly looks = new Throttle(() => this.readOthers());
  private dropped = 0;

  /** @param forgotten called with each run that is not kept any more and has a log file */
  constructor(
    private readonly options: { folder: string; node: () => string; keepRuns: number; log: Logger },
    private readonly aside: SetAside,
    private readonly folderHealth: FolderHealth,
    private readonly forgotten: (uuid: string) => void,
  ) {
    this.writer = new JournalWriter(options.folder, options.node);
  }

  note(run: NotedRun): void {
    const { uuid } = run.record;
    this.index.set({ ...summaryOf(run.record), hasLogFile: run.hasLogFile });
    this.pending.set(uuid, run);
    this.pendingBytes += weightOf(run);
    if (this.pending.size > MAX_PENDING || this.pendingBytes > MAX_PENDING_BYTES) this.dropOldestPending();
    const isFullBatch = this.pending.size >= BATCH || this.pendingBytes >= BATCH_BYTES;
    if (isFullBatch && this.flushing === undefined && this.folderHealth.text === undefined) void this.flush();
    else this.timer ??= setTimeout(() => void this.flush(), BATCH_DELAY_MS).unref();
  }

  /** The known ones, in the order of their uuids. */
  async read(uuids: readonly string[]): Promise<(NotedRun | undefined)[]> {
    const found = uuids.map((uuid) => this.pending.get(uuid));
    const missing = uuids.flatMap((uuid, at) => {
      const place = this.index.get(uuid)?.place;
      return found[at] === undefined && place !== undefined ? [{ at, place }] : [];
    });
    const lines = await readPlaces(missing.map(({ place }) => place));
    for (const [turn, { at }] of missing.entries()) found[at] = lines[turn];
    return found;
  }

  /** Removes a run, also for the other nodes. */
  async remove(uuid: string): Promise<void> {
    const isWritten = this.index.get(uuid)?.place !== undefined || this.flushing !== undefined;
    this.forget(uuid);
    if (!isWritten) return;
    this.noteRemoved(uuid);
    this.tombstones.push(uuid);
    await this.flush();
  }

  /** Removes a run from memory. */
  forget(uuid: string): void {
    const known = this.index.get(uuid);
    if (known === undefined) return;
    this.index.delete(uuid);
    this.gone(known);
  }

  private gone({ uuid, place, hasLogFile }: NotedSummary): void {
    this.dropPending(uuid);
    if (place !== undefined) place.journal.kept--;
    if (hasLogFile) this.forgotten(uuid);
  }

  /** Goes on in a new journal: the folder of the present one may have been removed. */
  async reopen(): Promise<void> {
    await this.flushing;
    await this.writer.close();
    await this.flush();
  }

  /** Writes waiting lines. Never rejects: lines that cannot be written wait on, within limits. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.flushing ??= this.writePending()
      .catch((error: unknown) => {
        if (isRefusedBySystem(error)) this.folderHealth.report(error);
        else this.options.log.error({ err: error }, "cannot write runs to the history");
      })
      .finally(() => {
        this.flushing = undefined;
      });
    return this.flushing;
  }

  /** Reads lines of other nodes, and of earlier processes of this one, unless that was done a moment ago. */
  refresh(): Promise<void> {
    return this.looks.now();
  }

  /** Journals without kept runs that no node writes any more. */
  emptyJournals(now: number): Journal[] {
    return [...this.journals.values()].filter(
      (journal) =>
        journal.kept === 0 &&
        journal !== this.writer.current &&
        (isJournalOf(this.options.node(), journal.file) || !mayGrow(journal.file, now)),
    );
  }

  async close(): Promise<void> {
    await this.flush();
    await this.flush(); // What came while the first one was under way.
    clearTimeout(this.timer);
    await this.writer.close();
  }

  private async writePending(): Promise<void> {
    while (this.pending.size > 0 || this.tombstones.length > 0) {
      const removals = this.tombstones.slice();
      const batch: NotedRun[] = [];
      let bytes = 0;
      for (const run of this.pending.values()) {
        bytes += weightOf(run);
        if (batch.push(run) === BATCH || bytes >= BATCH_BYTES) break;
      }
      const lines: JournalLine[] = [...batch, ...removals.map((removed) => ({ removed }))];
      const { journal, places } = await this.writer.append(lines);
      this.journals.set(journal.file, journal);
      this.tombstones.splice(0, removals.length);
      for (const [at, run] of batch.entries()) this.written(run, { journal, ...places[at]! });
    }
    if (this.dropped > 0) this.options.log.warn({ runs: this.dropped }, "runs are missing from the history");
    this.dropped = 0;
    const { keepRuns } = this.options;
    if (keepRuns > 0 && this.index.size > keepRuns + Math.max(100, keepRuns / 20)) this.keepNewest();
  }

  /** Removes the oldest above KEEPRUNS. */
  keepNewest(): void {
    const { keepRuns } = this.options;
    if (keepRuns === 0 || this.index.size <= keepRuns) return;
    for (const run of this.index.deleteOldest(this.index.size - keepRuns)) this.gone(run);
  }

  private noteRemoved(uuid: string): void {
    if (this.removed.size >= MAX_REMOVED) this.removed.clear();
    this.removed.add(uuid);
  }

  private written(run: NotedRun, place: LinePlace): void {
    const { uuid } = run.record;
    const known = this.index.get(uuid);
    if (known === undefined || this.pending.get(uuid) !== run) return;
    this.dropPending(uuid);
    known.place = place;
    place.journal.kept++;
  }

  private dropPending(uuid: string): void {
    const run = this.pending.get(uuid);
    if (run === undefined) return;
    this.pending.delete(uuid);
    this.pendingBytes -= weightOf(run);
  }

  private dropOldestPending(): void {
    const [uuid] = this.pending.keys();
    this.forget(uuid!);
    this.dropped++;
  }

  private async readOthers(): Promise<void> {
    const known = [...this.journals.values()];
    const files = new Set(journalsIn(this.options.folder, await readdir(this.options.folder)));
    for (const file of files) {
      if (file === this.writer.current?.file) continue;
      const journal = this.journals.get(file) ?? { file, end: 0, kept: 0 };
      const size = (await stat(file).catch(ifGone))?.size ?? 0;
      if (size <= journal.end) continue;
      this.journals.set(file, journal);
      await this.readOn(journal).catch(ifGone);
    }
    for (const journal of known) {
      if (files.has(journal.file)) continue;
      this.journals.delete(journal.file);
      for (const run of this.index.oldestFirst()) if (run.place?.journal === journal) this.forget(run.uuid);
    }
  }

  private async readOn(journal: Journal): Promise<void> {
    let unreadable = 0;
    let readable = 0;
    const isNew = journal.end === 0;
    await readNewLines(journal, (line, place) => {
      if (line === undefined) unreadable++;
      else {
        readable++;
        this.learn(line, place);
      }
    });
    if (unreadable === 0) return;
    if (isNew && readable === 0) {
      this.journals.delete(journal.file);
      return this.aside.take(journal.file, "no line is a run");
    }
    this.options.log.warn({ file: journal.file, lines: unreadable }, "skipped unreadable lines of the history");
  }

  private learn(line: JournalLine, place: LinePlace): void {
    if ("removed" in line) {
      this.noteRemoved(line.removed);
      this.forget(line.removed);
      return;
    }
    const { uuid } = line.record;
    if (this.removed.has(uuid) || this.pending.has(uuid)) return;
    const known = this.index.get(uuid);
    if (known?.place !== undefined) known.place.journal.kept--;
    this.index.set({ ...summaryOf(line.record), place, hasLogFile: line.hasLogFile });
    place.journal.kept++;
    const { keepRuns } = this.options;
    if (keepRuns > 0 && this.index.size > keepRuns + Math.max(100, keepRuns / 20)) this.keepNewest();
  }
}

function weightOf(run: NotedRun): number {
  return (run.result?.length ?? 0) + (run.log?.length ?? 0);
}

/** Other nodes remove journals, too. */
function ifGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
