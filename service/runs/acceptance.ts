import { createHash } from "node:crypto";
import { ServiceError } from "../base/errors.js";
import type { RunIds } from "../dispatch/run-ids.js";
import type { RunQueue } from "../model/queue.js";
import type { RunRecord } from "../model/record.js";
import type { WantedRun } from "../model/runs.js";
import type { Callbacks } from "./callbacks.js";
import type { IdempotencyKeys } from "./idempotency.js";
import type { Leases } from "./leases.js";
import { queuedOf, recordOf } from "./records-of.js";

/** Parts that the acceptance of runs needs. */
export interface AcceptanceOptions {
  /** `host:port` of this node. */
  node: () => string;
  ids: RunIds;
  queue: Pick<RunQueue, "submit">;
  keys: Pick<IdempotencyKeys, "once">;
  callbacks: Pick<Callbacks, "check" | "promise">;
  leases: Leases;
  get(uuid: string): Promise<RunRecord | undefined>;
}

/**
 * Accepts runs into the queue: records each run, and everything promised with it (unique name, idempotency key,
 * callback).
 */
export class Acceptance {
  constructor(private readonly options: AcceptanceOptions) {}

  /** See `Runs.submit`. */
  async submit(wanted: WantedRun): Promise<{ record: RunRecord; isNew: boolean }> {
    const { ids, node, keys, callbacks, get } = this.options;
    const { settings, idempotencyKey } = wanted;
    if (settings.callbackUrl !== undefined) callbacks.check(settings.callbackUrl);
    const uuid = ids.next(settings.name);
    const record = recordOf(wanted, uuid, node(), true);
    if (idempotencyKey === undefined) {
      await this.accept(wanted, record);
      return { record, isNew: true };
    }
    const hash = wanted.payloadHash ?? hashOf(wanted);
    const claim = await keys.once(idempotencyKey, hash, uuid, () => this.accept(wanted, record));
    if (claim.isNew) return { record, isNew: true };
    const earlier = await get(claim.uuid);
    if (earlier === undefined) throw new ServiceError("result_gone", { uuid: claim.uuid }, { uuid: claim.uuid });
    return { record: earlier, isNew: false };
  }

  private async accept(wanted: WantedRun, record: RunRecord): Promise<void> {
    const { uuid } = record;
    const { queue, callbacks, leases } = this.options;
    if (wanted.settings.unique) await leases.take(wanted.settings.name, uuid);
    try {
      if (record.callback !== undefined) await callbacks.promise(uuid, record.callback.url);
      await queue.submit(queuedOf(wanted, record));
    } catch (error) {
      await leases.release(uuid);
      throw error;
    }
  }
}

/** SHA-256 of all that defines the run. */
function hashOf({ idempotencyKey, by, parent, lane, ...payload }: WantedRun): string {
  return createHash("sha256").update(JSON.stringify(payload)).digest("hex");
}
