import type { QueuedRun, RunOutcomeRecord, RunRecord } from "../../runs/record.js";
import type { Claim } from "../contract.js";
import type { Entry } from "./line.js";

/** What a claim needs of its queue. Each resolves when it is on the disk. */
export interface ClaimKeeper {
  started(entry: Entry, record: RunRecord): Promise<void>;
  ended(entry: Entry, outcome: RunOutcomeRecord): Promise<void>;
  /** Back in line with this record, not before `dueAt`. */
  returned(entry: Entry, record: RunRecord, dueAt: number): Promise<void>;
}

/** The right to execute a run of the spool. Its node is its only holder, so it is lost only when it is over. */
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
    await this.keeper.started(this.entry, record);
    return !this.isOver;
  }

  async complete(outcome: RunOutcomeRecord): Promise<boolean> {
    if (!this.end()) return false;
    await this.keeper.ended(this.entry, outcome);
    return true;
  }

  async retry(record: RunRecord, delayMs: number): Promise<boolean> {
    if (!this.end()) return false;
    const notBefore = Date.now() + delayMs;
    await this.keeper.returned(this.entry, { ...record, state: "accepted", notBefore }, notBefore);
    return true;
  }

  async release(delayMs = 0): Promise<void> {
    if (!this.end()) return;
    // The record as it was claimed: whatever has been started since counts for nothing.
    await this.keeper.returned(this.entry, this.run.record, Math.max(this.entry.dueAt, Date.now() + delayMs));
  }

  private end(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    return true;
  }
}
