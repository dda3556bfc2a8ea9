import { setTimeout as delay } from "node:timers/promises";
import { formatAddress } from "../base/address.js";
import type { Slot } from "../dispatch/dispatcher.js";
import type { RunReply } from "../model/run.js";
import type { Offer } from "./offer.js";
import { RemoteRun, type RemoteRunOptions } from "./remote-run.js";

interface Forward {
  run: RemoteRun;
  /** `host:port`. */
  at: string;
  outcome: Promise<RunReply | undefined>;
}

/** Runs of this node that other nodes execute. */
export class Forwards {
  private readonly runs = new Map<string, Forward>();

  constructor(private readonly options: RemoteRunOptions) {}

  /**
   * Makes an environment that a peer has reserved usable like one of this node's own.
   * @param onOver called when it was given back; says whether a run used it
   */
  slotOf(offer: Offer, onOver: (wasUsed: boolean) => void): Slot {
    let forward: Forward | undefined;
    return {
      run: (spec) => {
        const run = new RemoteRun(offer, spec, this.options);
        const outcome = run.outcome().finally(() => {
          if (this.runs.get(spec.uuid) === forward) this.runs.delete(spec.uuid);
          onOver(true);
        });
        forward = { run, at: formatAddress(offer.to), outcome };
        this.runs.set(spec.uuid, forward);
        return outcome;
      },
      kill: () => forward?.run.kill(),
      release: () => {
        offer.release();
        onOver(false);
      },
    };
  }

  /** Ends a forwarded run; false when the run is not one. */
  kill(uuid: string): boolean {
    const forward = this.runs.get(uuid);
    forward?.run.kill();
    return forward !== undefined;
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
    for (const forward of this.runs.values()) if (forward.at === at) forward.run.lose(why);
  }
}
