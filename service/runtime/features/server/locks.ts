import { waitUntil } from "../../base/scheduler.js";
import { isDef, isNumber, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { registry } from "../channels/registry.js";

const TRY_MS = 500;
const TRIES = 5;
const now = (): number => world.host.clock.nowMs();

/** Locks by name, kept as entries of a channel (`ow.server.locks`). */
export class ServerLocks {
  private tryMs = TRY_MS;
  private tries = TRIES;
  readonly name: string;

  /**
   * @param isInternal `"cluster"` is not available
   * @param channel that holds the locks; absent: one of the run
   */
  constructor(isInternal: unknown = true, channel?: unknown) {
    if (isInternal === "cluster")
      throw new Error("ow.server.locks over a cluster is not available in the embedded engine");
    this.name = isString(channel) ? channel : `__openAFLocks::${isInternal ? "local" : "global"}`;
    if (isUnDef(channel)) registry.create(this.name);
  }

  setTryTimeout(ms: number): this {
    this.tryMs = ms;
    return this;
  }

  setRetries(count: number): this {
    this.tries = count;
    return this;
  }

  /** `{ lock, value, timeout? }`: `value` is true while it is held. One whose time is over is released. */
  isLocked(lock: string): any {
    const known = registry.get(this.name, { lock });
    if (known === undefined) registry.set(this.name, { lock }, { lock, value: false });
    else if (known.value === true && isNumber(known.timeout) && now() >= known.timeout) this.unlock(lock);
    return registry.get(this.name, { lock });
  }

  /**
   * Takes a lock.
   * @param tryMs pause between tries
   * @param tries below 0: any number
   * @param timeoutMs after which it counts as released
   */
  lock(lock: string, tryMs?: number, tries?: number, timeoutMs?: number, extra?: unknown): boolean {
    const pauseMs = isNumber(tryMs) ? Number(tryMs) : this.tryMs;
    for (let left = isNumber(tries) ? Number(tries) : this.tries; ; left--) {
      const known = this.isLocked(lock);
      if (known.value === false) {
        const value = { lock, timeout: now() + (timeoutMs as number), value: true, extra };
        if (isDef(registry.getSet(this.name, { value: false }, { lock }, value))) return true;
      } else waitUntil(() => registry.get(this.name, { lock })?.value === false, pauseMs);
      if (left === 1 || left === 0) return false;
    }
  }

  extendTimeout(lock: string, timeoutMs: number): any {
    const { extra } = registry.get(this.name, { lock }) ?? {};
    registry.getSet(this.name, { value: true }, { lock }, { lock, value: true, timeout: now() + timeoutMs, extra });
    return registry.get(this.name, { lock });
  }

  unlock(lock: string): any {
    registry.getSet(this.name, { value: true }, { lock }, { lock, value: false });
    return registry.get(this.name, { lock }) ?? true;
  }

  clear(lock: string): this {
    registry.unset(this.name, { lock });
    return this;
  }

  /** Calls `use` with the lock held; false when it could not be had. */
  whenUnLocked(lock: string, use: () => unknown, tryMs?: number, tries?: number): boolean {
    if (!this.lock(lock, tryMs, tries)) return false;
    try {
      use();
    } finally {
      this.unlock(lock);
    }
    return true;
  }
}
