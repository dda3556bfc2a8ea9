import { type Backoff, backoffMs } from "../base/backoff.js";
import type { PoolLog } from "./pool-options.js";
import { mostInformativeLine } from "./run-reply.js";

/** Pauses before workers are started again. */
const STARTS: Backoff = { firstMs: 200, longestMs: 10_000 };
/** Failures in a row after which waiting callers get an error. */
const MAX_FAILURES = 3;

/**
 * Keeps a pool whose workers fail to start from starting them in a loop, and reports the failure to waiting callers.
 */
export class StartFailures {
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly waiting = new Set<{ isMet(): boolean; resolve(): void; reject(error: Error): void }>();

  /** @param retry called when it is time to try again */
  constructor(
    private readonly log: PoolLog,
    private readonly retry: () => void,
  ) {}

  /** Is a pause on? No worker is to be started then. */
  get isWaiting(): boolean {
    return this.timer !== undefined;
  }

  /** Notes that a worker has started. */
  started(): void {
    this.failures = 0;
  }

  /** @param said output of the process before it ended */
  failed(ownOutput: string): void {
    this.failures++;
    const waitMs = backoffMs(this.failures, STARTS);
    const why = mostInformativeLine(ownOutput) || "it printed nothing";
    const error = new Error(`a worker process did not start, ${this.failures} in a row: ${why}`);
    this.log.error({ waitMs }, error.message);
    if (this.failures >= MAX_FAILURES) {
      for (const one of this.waiting) one.reject(error);
      this.waiting.clear();
    }
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.retry();
    }, waitMs).unref();
  }

  /** Resolves when `isMet`, which is checked after every change; rejects when workers fail to start again and again. */
  until(isMet: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.add({ isMet, resolve, reject });
      this.changed();
    });
  }

  changed(): void {
    for (const one of this.waiting)
      if (one.isMet()) {
        this.waiting.delete(one);
        one.resolve();
      }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const one of this.waiting) one.reject(new Error("the pool was closed"));
    this.waiting.clear();
  }
}
