import { setTimeout as delay } from "node:timers/promises";
import { formatAddress } from "../base/address.js";
import type { Slot } from "../dispatch/dispatcher.js";
import type { RunReply } from "../model/run.js";
import { ForwardedRun, type ForwardedRunOptions } from "./forwarded-run.js";
import type { Offer } from "./offer.js";

interface ForwardedEntry {
  run: ForwardedRun;
  /** `host:port`. */
  at: string;
  outcome: Promise<RunReply | undefined>;
}

/** Runs of this node that other nodes execute. */
export class ForwardedRuns {
  private readonly runs = new Map<string, ForwardedEntry>();

  constructor(private readonly options: ForwardedRunOptions) {}

  /**
   * Makes an environment that a peer has reserved usable like one of this node's own.
   * @param onOver called when it was given back; says whether a run used it
   */
  slotOf(offer: Offer, onOver: (wasUsed: boolean) => void): Slot {
    let entry: ForwardedEntry | undefined;
    return {
      run: (spec) => {
        const run = new ForwardedRun(offer, spec, this.options);
        const outcome = run.outcome().finally(() => {
          if (this.runs.get(spec.uuid) === entry) this.runs.delete(spec.uuid);
          onOver(true);
        });
        entry = { run, at: formatAddress(offer.to), outcome };
        this.runs.set(spec.uuid, entry);
        return outcome;
      },
      kill: () => entry?.run.kill(),
      release: () => {
        offer.release();
        onOver(false);
      },
    };
  }

  /** Ends a forwarded run; false when the run is not one. */
  kill(uuid: string): boolean {
    const entry = this.runs.get(uuid);
    entry?.run.kill();
    return entry !== undefined;
  }

  /** Resolves when no run is forwarded any more, or at the time limit. */
  async settled(limitMs: number): Promise<void> {
    const outcomes = Promise.allSettled([...this.runs.values()].map(({ outcome }) => outcome));
    await Promise.race([outcomes, delay(limitMs, undefined, { ref: false })]);
  }

  /** Node that executes the run, `host:port`. */
  placeOf(uuid: string): string | undefined {
    return this.runs.get(uuid)?.at;
  }

  /** Ends the runs of a dead node as lost. */
  lose(at: string, why: string): void {
    for (const entry of this.runs.values()) if (entry.at === at) entry.run.lose(why);
  }
}
