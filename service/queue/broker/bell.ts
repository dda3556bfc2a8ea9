import { Waiters } from "../waiters.js";

/** Longest time a timer can be set for, ms. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Wakes who waits for work: it rings when there may be some, and is silenced by who has looked and found none. */
export class Bell {
  private isRinging = true;
  private readonly waiters = new Waiters();
  private timer: NodeJS.Timeout | undefined;

  ring(): void {
    this.isRinging = true;
    this.waiters.wake();
  }

  /** There is nothing for now. */
  silence(): void {
    this.isRinging = false;
  }

  /** Rings by itself after a time, unless it is told another one. */
  ringIn(waitMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ring(), Math.min(waitMs, LONGEST_TIMER_MS));
  }

  /** Resolves when it rings, at once if it does; rejects with the signal's reason when that aborts. */
  heard(signal: AbortSignal): Promise<void> {
    return this.isRinging && !signal.aborted ? Promise.resolve() : this.waiters.wait(signal);
  }

  close(): void {
    clearTimeout(this.timer);
  }
}
