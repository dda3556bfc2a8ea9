import type { Logger } from "../../base/log/logger.js";
import type { FoundRun, RunStore } from "../../model/store.js";
import type { Lease } from "../../store/unique-names.js";
import type { Tenure } from "./tenure.js";

export interface AdoptionOptions {
  store: Pick<RunStore, "unfinishedNodes" | "unfinishedOf">;
  tenure: Pick<Tenure, "of" | "keep">;
  /** `host:port` of this node. */
  node: () => string;
  /** Does this process still own the runs of this node? */
  isInOffice(): Promise<boolean>;
  /** Makes a run of a dead node one of this node, unless it was changed since it was found. */
  adopt(run: FoundRun): Promise<void>;
  log: Pick<Logger, "info" | "warn">;
  /** Pause between two checks, ms. */
  everyMs: number;
}

/**
 * Takes over the runs that dead nodes have left in the work folder: a node that is replaced by one with another name (a
 * pod, a task of a service) does not come back for them.
 */
export class Adoption {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private isStopped = false;

  constructor(private readonly options: AdoptionOptions) {}

  /** Checks now, and then at intervals. */
  start(): void {
    this.isStopped = false;
    if (this.looking !== undefined) return;
    clearTimeout(this.timer);
    this.looking = this.look()
      .catch((error: unknown) => this.options.log.warn({ err: error }, "cannot take over the runs of dead nodes"))
      .finally(() => {
        this.looking = undefined;
        if (!this.isStopped) this.timer = setTimeout(() => this.start(), this.options.everyMs).unref();
      });
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    const { store, tenure, node } = this.options;
    const nodes = await store.unfinishedNodes();
    tenure.keep(nodes);
    for (const other of nodes) {
      if (this.isStopped || other === node()) continue;
      const lease = await tenure.of(other);
      if (lease === undefined) continue;
      try {
        await this.takeOver(other, lease);
      } finally {
        await lease.release();
      }
    }
  }

  private async takeOver(other: string, lease: Lease): Promise<void> {
    const { store, isInOffice, adopt, log } = this.options;
    const runs = await store.unfinishedOf(other);
    if (runs.length > 0) log.info({ node: other, runs: runs.length }, "taking over the runs of a dead node");
    for (const [done, run] of runs.entries()) {
      if (this.isStopped) return;
      // This process may have been suspended since the last run, and the other node may live again.
      if (!(await lease.isHeld()) || !(await isInOffice())) {
        log.warn({ node: other, runs: runs.length - done }, "stopped taking over runs: this node was suspended");
        return;
      }
      await adopt(run);
    }
  }
}
