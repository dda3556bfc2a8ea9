import type { Claim } from "../../model/queue.js";
import type { QueuedRun, RunOutcomeRecord, RunRecord } from "../../model/record.js";
import type { Given } from "./backend.js";

/** Operations of the queue for a claim. Each resolves with whether the claim still held. */
export interface ClaimKeeper {
  started(claim: BrokerClaim, record: RunRecord): Promise<boolean>;
  complete(claim: BrokerClaim, outcome: RunOutcomeRecord): Promise<boolean>;
  putBack(claim: BrokerClaim, record: RunRecord, delayMs: number): Promise<boolean>;
}

/** The right to execute a run that waits in a broker. */
export class BrokerClaim implements Claim {
  readonly run: QueuedRun;
  readonly token: string;
  /** The end, or the requeueing, is under way. */
  isEnding = false;
  /** The claim was ended or given back. */
  isOver = false;
  /** Another holder has the run; true also when it was to be killed before, as its signal does not say so. */
  isLost = false;
  private readonly controller = new AbortController();

  /** @param confirmedAt time of the request that confirmed it, by the clock of its queue, ms */
  constructor(
    given: Given,
    private readonly keeper: ClaimKeeper,
    public confirmedAt: number,
  ) {
    this.run = given.run;
    this.token = given.token;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Kills the run on request. */
  kill(): void {
    this.controller.abort("killed");
  }

  /** Marks the claim as lost: the broker refuses all its operations from now on. */
  lose(): void {
    this.isLost = true;
    this.controller.abort("lost");
  }

  async started(record: RunRecord): Promise<boolean> {
    return this.keeper.started(this, record);
  }

  async complete(outcome: RunOutcomeRecord): Promise<boolean> {
    return this.keeper.complete(this, outcome);
  }

  async retry(record: RunRecord, delayMs: number): Promise<boolean> {
    return this.keeper.putBack(this, { ...record, state: "accepted", notBefore: Date.now() + delayMs }, delayMs);
  }

  async release(delayMs = 0): Promise<void> {
    // The record as it was claimed, without the start.
    await this.keeper.putBack(this, this.run.record, delayMs);
  }
}
