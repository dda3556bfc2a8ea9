import { Waiters } from "../waiters.js";

/** Longest delay of a timer, ms. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Wakes consumers: set when there may be work, reset when a consumer has looked and found none. */
export class Bell {
  private isRinging = true;
  private readonly waiters = new Waiters();
  private timer: NodeJS.Timeout | undefined;

  ring(): void {
    this.isRinging = true;
    this.waiters.wake();
  }

  /** Resets it: there is no work now. */
  silence(): void {
    this.isRinging = false;
  }

  /** Notifies after a time; replaces an earlier time. */
  ringIn(waitMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ring(), Math.min(waitMs, LONGEST_TIMER_MS));
  }

  /** Resolves when it is set; rejects with the signal's reason when that aborts. */
  heard(signal: AbortSignal): Promise<void> {
    return this.isRinging && !signal.aborted ? Promise.resolve() : this.waiters.wait(signal);
  }

  close(): void {
    clearTimeout(this.timer);
  }
}
