import { ServiceError } from "../base/errors.js";
import type { Logger } from "../base/log/logger.js";
import type { QueuedRun } from "../model/record.js";
import type { Lease, UniqueNames } from "../store/unique-names.js";

/** The unique names (`rojob.unique`) that runs of this node hold, from acceptance to end. */
export class Leases {
  private readonly held = new Map<string, Lease>();

  constructor(
    private readonly unique: Pick<UniqueNames, "acquire" | "holder">,
    private readonly log: Pick<Logger, "warn">,
  ) {}

  /**
   * Takes the name for a run; does nothing for a run without a name.
   * @throws ServiceError `not_unique`
   */
  async take(name: string | undefined, uuid: string): Promise<void> {
    if (name === undefined) return;
    const lease = await this.unique.acquire(name, uuid);
    if (lease === undefined) {
      const holder = await this.unique.holder(name);
      throw new ServiceError("not_unique", { name, uuid: holder?.uuid || "of another node" }, { uuid: holder?.uuid });
    }
    this.held.set(uuid, lease);
  }

  /**
   * Does the run hold its name, or can it take it now? A run that was accepted by another node, or by an earlier
   * process of this one, brings its name.
   */
  async hold({ record, isUnique }: QueuedRun): Promise<boolean> {
    const { name, uuid } = record;
    if (!isUnique || name === undefined) return true;
    const held = this.held.get(uuid);
    // Checked again when this process did not renew it in time because it was suspended.
    if (held?.signal.aborted === false && (!held.isLate || (await held.isHeld()))) return true;
    const lease = await this.unique.acquire(name, uuid);
    if (lease !== undefined) this.held.set(uuid, lease);
    return lease !== undefined;
  }

  /** Runs that hold a name. */
  uuids(): string[] {
    return [...this.held.keys()];
  }

  /** Frees the name of the run, if it has one. */
  async release(uuid: string): Promise<void> {
    const lease = this.held.get(uuid);
    if (lease === undefined) return;
    this.held.delete(uuid);
    // A lease that cannot be released expires by itself.
    await lease
      .release()
      .catch((error: unknown) => this.log.warn({ uuid, err: error }, "cannot release a unique name yet"));
  }
}
