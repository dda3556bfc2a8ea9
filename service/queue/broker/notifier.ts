import { Waiters } from "../waiters.js";

/** Longest delay of a timer, ms. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Wakes consumers: set when there may be work, reset when a consumer has looked and found none. */
export class Notifier {
  private isSet = true;
  private readonly waiters = new Waiters();
  private timer: NodeJS.Timeout | undefined;

  notify(): void {
    this.isSet = true;
    this.waiters.wake();
  }

  /** Resets it: there is no work now. */
  reset(): void {
    this.isSet = false;
  }

  /** Notifies after a time; replaces an earlier time. */
  notifyIn(waitMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.notify(), Math.min(waitMs, LONGEST_TIMER_MS));
  }

  /** Resolves when it is set; rejects with the signal's reason when that aborts. */
  wait(signal: AbortSignal): Promise<void> {
    return this.isSet && !signal.aborted ? Promise.resolve() : this.waiters.wait(signal);
  }

  close(): void {
    clearTimeout(this.timer);
  }
}
