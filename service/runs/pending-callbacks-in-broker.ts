import { randomUUID } from "node:crypto";
import type { RunRecord } from "../model/record.js";
import type { SharedKeys } from "../queue/broker/index.js";
import type { PendingCallbacks } from "./pending-callback-files.js";

const PREFIX = "owed/";
/** Time for which an unknown run may be one that another node is just accepting, ms. */
const ACCEPTING_MS = 3_600_000;
/** Longest time of an attempt and of storing its outcome, ms. */
const ATTEMPT_MS = 30_000;
/**
 * An attempt begins within this time after its mark, or takes the mark again: this process may have been suspended, ms.
 */
const SOON_MS = 5_000;
/** Largest difference between the clocks of nodes, ms. */
const CLOCKS_MS = 1000;

/**
 * The runs with a pending callback, in the broker: any node delivers them, one at a time. The node that has ended a run
 * is the first to try; the others look for callbacks of dead nodes.
 */
export class PendingCallbacksInBroker implements PendingCallbacks {
  readonly sweepMs = 20_000;
  private readonly self = randomUUID();

  constructor(
    private readonly sharedKeys: SharedKeys,
    private readonly get: (uuid: string) => Promise<RunRecord | undefined>,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  async add(uuid: string): Promise<void> {
    await this.sharedKeys.put(PREFIX + uuid, String(Date.now()), 0);
  }

  async remove(uuid: string): Promise<void> {
    await this.sharedKeys.remove(PREFIX + uuid);
  }

  async ended(): Promise<RunRecord[]> {
    const pending: RunRecord[] = [];
    for (const name of await this.sharedKeys.names(PREFIX)) {
      const uuid = name.slice(PREFIX.length);
      const record = await this.get(uuid);
      if (record?.callback?.state === "waiting") {
        if (record.endedAt !== undefined) pending.push(record);
      } else if (record !== undefined || (await this.isOld(uuid))) await this.remove(uuid);
    }
    return pending;
  }

  async take(uuid: string): Promise<boolean> {
    const mark = `delivering/${uuid}`;
    for (;;) {
      const askedAt = this.clock();
      const isTaken =
        (await this.sharedKeys.swap(mark, undefined, this.self, ATTEMPT_MS)) ||
        (await this.sharedKeys.swap(mark, this.self, this.self, ATTEMPT_MS));
      if (!isTaken) return false;
      const callback = (await this.get(uuid))?.callback;
      if (callback?.state !== "waiting" || (callback.nextAt ?? 0) > Date.now() + CLOCKS_MS) return false;
      if (this.clock() - askedAt < SOON_MS) return true;
    }
  }

  private async isOld(uuid: string): Promise<boolean> {
    return Number(await this.sharedKeys.get(PREFIX + uuid)) < Date.now() - ACCEPTING_MS;
  }
}
