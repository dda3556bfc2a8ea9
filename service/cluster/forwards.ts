import type { Slot } from "../dispatch/dispatcher.js";
import { formatAddress } from "./address.js";
import type { Offer } from "./offer.js";
import { RemoteRun, type RemoteRunOptions } from "./remote-run.js";

/** The runs of this node that are executed by others. */
export class Forwards {
  private readonly runs = new Map<string, { run: RemoteRun; at: string }>();

  constructor(private readonly options: RemoteRunOptions) {}

  /**
   * An environment that a peer has set aside, as one of this node's own.
   * @param onOver called when it was given back, with whether a run used it
   */
  slotOf(offer: Offer, onOver: (wasUsed: boolean) => void): Slot {
    return {
      run: (spec) => {
        const run = new RemoteRun(offer, spec, this.options);
        this.runs.set(spec.uuid, { run, at: formatAddress(offer.to) });
        return run.outcome().finally(() => {
          this.runs.delete(spec.uuid);
          onOver(true);
        });
      },
      release: () => {
        offer.release();
        onOver(false);
      },
    };
  }

  /** Ends a run wherever it is executed; false when it is none of these. */
  kill(uuid: string): boolean {
    const forward = this.runs.get(uuid);
    forward?.run.kill();
    return forward !== undefined;
  }

  /** Where a run is executed, `host:port`. */
  placeOf(uuid: string): string | undefined {
    return this.runs.get(uuid)?.at;
  }

  /** A node is dead: the runs it had are lost. */
  lose(at: string, why: string): void {
    for (const forward of this.runs.values()) if (forward.at === at) forward.run.lose(why);
  }
}
