import { setTimeout as delay } from "node:timers/promises";

/** Limits of the pauses between attempts, ms. */
export interface Backoff {
  firstMs: number;
  longestMs: number;
}

/** Powers of two beyond this one are longer than any cap. */
const MAX_DOUBLINGS = 30;

/**
 * The pause after so many failures: doubles each time up to the longest, and is up to half shorter at random, so that
 * callers that failed together do not come back together ("equal jitter" of "Exponential Backoff And Jitter", AWS
 * Architecture Blog).
 * @param failures 1 after the first
 * @param random 0 up to 1, as `Math.random`
 * @returns ms, whole
 */
export function backoffMs(failures: number, { firstMs, longestMs }: Backoff, random = Math.random): number {
  const doublings = Math.min(Math.max(failures - 1, 0), MAX_DOUBLINGS);
  return jitteredMs(Math.min(firstMs * 2 ** doublings, longestMs), random);
}

/** Makes a fixed pause up to half shorter at random. */
export function jitteredMs(pauseMs: number, random = Math.random): number {
  return Math.round(pauseMs * (1 - random() / 2));
}

/** Counts failures, and waits longer after each. */
export class BackoffTimer {
  private failures = 0;

  constructor(private readonly bounds: Backoff) {}

  /** Notes a success: the next pause is the first again. */
  reset(): void {
    this.failures = 0;
  }

  /** The pause after one more failure, ms. */
  nextMs(): number {
    return backoffMs(++this.failures, this.bounds);
  }

  /** Waits for that long. @throws AbortError */
  async wait(signal?: AbortSignal): Promise<void> {
    await delay(this.nextMs(), undefined, { signal });
  }
}
