import type { Claim } from "../../model/queue.js";
import type { QueuedRun, RunOutcomeRecord, RunRecord } from "../../model/record.js";
import type { Entry } from "./spool-entry.js";

/**
 * Operations of the queue for a claim. Each resolves with true when it is written; with false, and nothing is written,
 * when all claims are lost.
 */
export interface ClaimKeeper {
  started(entry: Entry, record: RunRecord): Promise<boolean>;
  ended(entry: Entry, outcome: RunOutcomeRecord): Promise<boolean>;
  /** Requeues the run with this record, not before `dueAt`. */
  returned(entry: Entry, record: RunRecord, dueAt: number): Promise<boolean>;
}

/** The right to execute a run of the spool. It is lost when another node has taken over all runs of this one. */
export class SpoolClaim implements Claim {
  run: QueuedRun;
  private readonly controller = new AbortController();
  private isOver = false;

  constructor(
    private readonly entry: Entry,
    readonly token: string,
    private readonly keeper: ClaimKeeper,
  ) {
    this.run = entry.run;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  kill(): void {
    this.controller.abort("killed");
  }

  lose(): void {
    this.isOver = true;
    this.controller.abort("lost");
  }

  async started(record: RunRecord): Promise<boolean> {
    if (this.isOver) return false;
    return (await this.keeper.started(this.entry, record)) && !this.isOver;
  }

  async complete(outcome: RunOutcomeRecord): Promise<boolean> {
    if (!this.end()) return false;
    return this.keeper.ended(this.entry, outcome);
  }

  async retry(record: RunRecord, delayMs: number): Promise<boolean> {
    if (!this.end()) return false;
    const notBefore = Date.now() + delayMs;
    return this.keeper.returned(this.entry, { ...record, state: "accepted", notBefore }, notBefore);
  }

  async release(delayMs = 0): Promise<void> {
    if (!this.end()) return;
    // The record as it was claimed, without the start.
    await this.keeper.returned(this.entry, this.run.record, Math.max(this.entry.dueAt, Date.now() + delayMs));
  }

  private end(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    return true;
  }
}
