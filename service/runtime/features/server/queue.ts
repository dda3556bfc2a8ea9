import { waitUntil } from "../../base/scheduler.js";
import { isMap, isNumber, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { clone } from "../../lib/maps/merge.js";
import { registry } from "../channels/registry.js";
import { contains } from "../channels/type.js";

const WAIT_MS = 2_500;
const POLL_MS = 50;
const now = (): number => world.host.clock.nowMs();

/** Messages in a channel: each is received by one, and comes back when that one does not delete it in time. */
export class ServerQueue {
  readonly name: string;
  private readonly stamp: Record<string, any>;

  /** @param stamp fields that distinguish this queue's messages from others of the same channel */
  constructor(stamp?: unknown, name?: unknown, channel?: unknown) {
    this.name = isString(channel) ? channel : `queue::${isString(name) ? name : "queue"}`;
    this.stamp = isMap(stamp) ? stamp : {};
    registry.create(this.name);
  }

  /**
   * @param ttlMs after which nobody wants it any more
   * @param priority lower numbers are received first
   */
  send(value: unknown, id?: unknown, ttlMs?: number, priority: unknown = 1): number {
    if (!isNumber(priority)) throw "Value is not a number";
    const own = Number(`${priority}${id ?? Math.trunc(world.host.clock.nowNano())}`);
    const entry = { id: own, status: "s", to: isUnDef(ttlMs) ? undefined : now() + ttlMs, obj: value, ...this.stamp };
    registry.set(this.name, { id: own, ...this.stamp }, entry);
    return own;
  }

  /**
   * The next message, waiting at most `waitMs` for it.
   * @param visibleMs after which it comes back unless deleted; absent: it is gone
   */
  receive(
    visibleMs?: number,
    waitMs: unknown = WAIT_MS,
    pollMs: unknown = POLL_MS,
  ): { idx: number; obj: any } | undefined {
    if (!isNumber(waitMs)) throw "waitTime is not a number";
    if (!isNumber(pollMs)) throw "poolTime is not a number";
    const untilMs = now() + Number(waitMs);
    do {
      const found = this.find(visibleMs);
      if (found !== undefined) return { idx: found.id, obj: found.obj };
      waitUntil(() => false, Number(pollMs));
    } while (now() < untilMs);
    return undefined;
  }

  delete(id: number): void {
    registry.unset(this.name, { id, ...this.stamp });
  }

  size = (): number => registry.size(this.name);

  purge(): void {
    for (const key of this.keys()) registry.unset(this.name, key);
  }

  increaseVisibility(id: number, visibleMs: number): void {
    if (isUnDef(id)) throw "id not defined or assigned";
    if (!isNumber(visibleMs))
      throw isUnDef(visibleMs) ? "visibilityTime not defined or assigned" : "visibilityTime is not a number";
    const key = this.keys().find((one) => one.id === id);
    const message = key === undefined ? undefined : registry.get(this.name, key);
    if (message !== undefined) message.timeout = now() + visibleMs;
  }

  private keys(): any[] {
    return registry.getKeys(this.name).filter((key) => contains(key, this.stamp));
  }

  private find(visibleMs?: number): any {
    for (const key of this.keys().sort((a, b) => a.id - b.id)) {
      const message = clone(registry.get(this.name, key));
      if (message === undefined) continue;
      if (message.status === "r") {
        if (message.timeout >= now()) continue;
        if (isUnDef(message.timeout)) {
          registry.unset(this.name, key);
          continue;
        }
      }
      if (isNumber(message.to) && message.to <= now()) {
        registry.unset(this.name, key);
        continue;
      }
      const taken = { ...message, status: "r", timeout: isUnDef(visibleMs) ? undefined : now() + visibleMs };
      registry.set(this.name, key, taken);
      return taken;
    }
    return undefined;
  }
}
