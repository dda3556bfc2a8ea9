import { readdir, stat } from "node:fs/promises";
import { isTerminal, type RunRecord } from "../model/record.js";
import type { RunFiles } from "./run-files.js";
import { RunIndex, type RunSummary, summaryOf } from "./run-index.js";
import { RECORD_ENDING, type StorePaths, uuidsIn, WAITING_ENDING } from "./store-paths.js";
import { Throttle } from "./throttle.js";
import type { UnwrittenRuns } from "./unwritten-runs.js";

/** Records read before they are put into the index, so that few are in memory at a time. */
const BATCH = 500;
/** A folder changed less than so many ms ago may change again within the same tick of its file system's clock. */
const FRESH_MS = 2000;

interface FileSummary extends RunSummary {
  /** Which of its files exist. */
  isWaiting: boolean;
  hasRecord: boolean;
  /** This node has written the run: its files have nothing newer. */
  isOwn: boolean;
  /** Number of the last refresh before it became known. */
  look: number;
}

/**
 * Accepted runs, by the names in the folder. Other nodes write there, too: a refresh compares the names with the known
 * runs, and reads only new or changed ones. Folders whose modification time has not changed are skipped.
 */
export class RunScan {
  readonly index = new RunIndex<FileSummary>();
  private look = 0;
  private readonly looks = new Throttle(() => this.lookOnce());
  private seen = "";

  constructor(
    private readonly places: StorePaths,
    private readonly files: RunFiles,
    private readonly held: UnwrittenRuns,
  ) {}

  /** Notes a run that this node has written. */
  note(record: RunRecord): void {
    this.index.set({ ...summaryOf(record), isWaiting: true, hasRecord: true, isOwn: true, look: this.look });
  }

  forget(uuid: string): void {
    this.index.delete(uuid);
  }

  /** Reads changes, unless that was done a moment ago. The first refresh reads everything. */
  refresh(): Promise<void> {
    return this.looks.now();
  }

  private async lookOnce(): Promise<void> {
    const [root, runs] = await Promise.all([stat(this.places.root), stat(this.places.runs)]);
    const stamp = `${root.mtimeMs} ${runs.mtimeMs}`;
    if (stamp === this.seen) return;
    this.seen = Math.max(root.mtimeMs, runs.mtimeMs) > Date.now() - FRESH_MS ? "" : stamp;

    const look = ++this.look;
    // In this order: a run that ends in between has its record before it loses its waiting file.
    const waiting = new Set(uuidsIn(await readdir(this.places.root), WAITING_ENDING));
    const recorded = new Set(uuidsIn(await readdir(this.places.runs), RECORD_ENDING));
    this.dropGone(waiting, recorded, look);
    const unknown: string[] = [];
    for (const uuid of waiting) if (this.hasMovedOn(uuid, true, recorded.has(uuid))) unknown.push(uuid);
    for (const uuid of recorded) {
      if (!waiting.has(uuid) && this.hasMovedOn(uuid, false, true)) unknown.push(uuid);
    }
    for (let at = 0; at < unknown.length; at += BATCH) {
      for (const record of await this.files.records(unknown.slice(at, at + BATCH))) {
        if (record === undefined || this.index.get(record.uuid)?.isOwn) continue;
        const { uuid } = record;
        const flags = { isWaiting: waiting.has(uuid), hasRecord: recorded.has(uuid), isOwn: false };
        this.index.set({ ...summaryOf(record), ...flags, look });
      }
    }
  }

  private hasMovedOn(uuid: string, isWaiting: boolean, hasRecord: boolean): boolean {
    const known = this.index.get(uuid);
    if (known === undefined) return true;
    if (known.isOwn || isTerminal(known.state)) return false;
    // A record is replaced without a change of names; there are never many runs that have not ended.
    return hasRecord || isWaiting !== known.isWaiting;
  }

  private dropGone(waiting: Set<string>, recorded: Set<string>, look: number): void {
    for (const run of this.index.oldestFirst()) {
      if (waiting.has(run.uuid) || recorded.has(run.uuid) || run.look >= look) continue;
      if (this.held.get(run.uuid) === undefined && (!run.isOwn || isTerminal(run.state))) this.index.delete(run.uuid);
    }
  }
}
