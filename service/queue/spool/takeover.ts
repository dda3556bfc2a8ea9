import type { Logger } from "../../base/log/logger.js";
import type { FoundRun, RunStore } from "../../model/store.js";
import type { Lease } from "../../store/unique-names.js";
import type { Ownership } from "./ownership.js";

export interface TakeoverOptions {
  store: Pick<RunStore, "unfinishedNodes" | "unfinishedOf">;
  ownership: Pick<Ownership, "of" | "keep">;
  /** `host:port` of this node. */
  node: () => string;
  /** Does this process still own the runs of this node? */
  isOwner(): Promise<boolean>;
  /** Makes a run of a dead node one of this node, unless it was changed since it was found. */
  takeOverRun(run: FoundRun): Promise<void>;
  log: Pick<Logger, "info" | "warn">;
  /** Pause between two checks, ms. */
  everyMs: number;
}

/**
 * Takes over the runs that dead nodes have left in the work folder: a node that is replaced by one with another name (a
 * pod, a task of a service) does not come back for them.
 */
export class Takeover {
  private timer: NodeJS.Timeout | undefined;
  private checking: Promise<void> | undefined;
  private isStopped = false;

  constructor(private readonly options: TakeoverOptions) {}

  /** Checks now, and then at intervals. */
  start(): void {
    this.isStopped = false;
    if (this.checking !== undefined) return;
    clearTimeout(this.timer);
    this.checking = this.check()
      .catch((error: unknown) => this.options.log.warn({ err: error }, "cannot take over the runs of dead nodes"))
      .finally(() => {
        this.checking = undefined;
        if (!this.isStopped) this.timer = setTimeout(() => this.start(), this.options.everyMs).unref();
      });
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.checking;
  }

  private async check(): Promise<void> {
    const { store, ownership, node } = this.options;
    const nodes = await store.unfinishedNodes();
    ownership.keep(nodes);
    for (const other of nodes) {
      if (this.isStopped || other === node()) continue;
      const lease = await ownership.of(other);
      if (lease === undefined) continue;
      try {
        await this.takeOver(other, lease);
      } finally {
        await lease.release();
      }
    }
  }

  private async takeOver(other: string, lease: Lease): Promise<void> {
    const { store, isOwner, takeOverRun, log } = this.options;
    const runs = await store.unfinishedOf(other);
    if (runs.length > 0) log.info({ node: other, runs: runs.length }, "taking over the runs of a dead node");
    for (const [done, run] of runs.entries()) {
      if (this.isStopped) return;
      // This process may have been suspended since the last run, and the other node may live again.
      if (!(await lease.isHeld()) || !(await isOwner())) {
        log.warn({ node: other, runs: runs.length - done }, "stopped taking over runs: this node was suspended");
        return;
      }
      await takeOverRun(run);
    }
  }
}
