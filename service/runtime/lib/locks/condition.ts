import { delay, type Steps, waitUntil } from "../../base/scheduler.js";
import { world } from "../../base/world.js";
import { freshSince, happened, makeRoom } from "./fresh.js";

/** Tasks wait for a condition until another task notifies it. */
export class Condition {
  private waiters: { isWoken: boolean }[] = [];
  private notifiedAt = 0;

  constructor(readonly name: string) {}

  /**
   * Waits for a notification, at most `timeoutMs`.
   * @throws Error when no task is left that could notify it
   */
  wait(timeoutMs = Number.POSITIVE_INFINITY): void {
    const since = freshSince();
    // As a thread it would have waited when that happened.
    if (since !== undefined && this.notifiedAt > since) return;
    const waiter = { isWoken: false };
    this.waiters.push(waiter);
    const atMs = timeoutMs === Number.POSITIVE_INFINITY ? undefined : world.host.clock.nowMs() + timeoutMs;
    const isOver = (): boolean => waiter.isWoken || (atMs !== undefined && world.host.clock.nowMs() >= atMs);
    if (makeRoom({ atMs, ready: isOver })) return;
    waitUntil(() => waiter.isWoken, timeoutMs, `a notification of "${this.name}"`);
    this.waiters = this.waiters.filter((other) => other !== waiter);
  }

  /** The same for code that waits in steps. */
  *waitInSteps(timeoutMs = Number.POSITIVE_INFINITY): Steps<void> {
    const waiter = { isWoken: false };
    this.waiters.push(waiter);
    const limit = timeoutMs === Number.POSITIVE_INFINITY ? undefined : delay(timeoutMs);
    const what = `a notification of "${this.name}"`;
    yield { what, atMs: limit?.atMs, ready: () => waiter.isWoken || (limit?.ready() ?? false) };
    this.waiters = this.waiters.filter((other) => other !== waiter);
  }

  notify(): void {
    this.notifiedAt = happened();
    const waiter = this.waiters.shift();
    if (waiter !== undefined) waiter.isWoken = true;
  }

  notifyAll(): void {
    this.notifiedAt = happened();
    for (const waiter of this.waiters.splice(0)) waiter.isWoken = true;
  }
}
