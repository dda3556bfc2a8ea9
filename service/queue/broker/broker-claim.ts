import type { Claim } from "../../model/queue.js";
import type { QueuedRun, RunOutcomeRecord, RunRecord } from "../../model/record.js";
import type { Given } from "./backend.js";

/** What a claim asks of its queue. Each says whether the claim still held. */
export interface ClaimKeeper {
  started(claim: BrokerClaim, record: RunRecord): Promise<boolean>;
  complete(claim: BrokerClaim, outcome: RunOutcomeRecord): Promise<boolean>;
  putBack(claim: BrokerClaim, record: RunRecord, delayMs: number): Promise<boolean>;
}

/** The right to execute a run that waits in a broker. */
export class BrokerClaim implements Claim {
  readonly run: QueuedRun;
  readonly token: string;
  /** The broker is asked to end it, or to take it back. */
  isEnding = false;
  /** It was ended, or given back. */
  isOver = false;
  /** It was taken over; also when it was to be killed before, so that its signal does not say so. */
  isLost = false;
  private readonly controller = new AbortController();

  /** @param confirmedAt when the broker was asked for it, by the clock of its queue, ms */
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

  /** Somebody has asked for the end of its run. */
  kill(): void {
    this.controller.abort("killed");
  }

  /** The run is another's now: whatever this claim asks for is refused from now on. */
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
    // The record as it was claimed: whatever has been started since counts for nothing.
    await this.keeper.putBack(this, this.run.record, delayMs);
  }
}
