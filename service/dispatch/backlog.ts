/** Time limit and place of a wait. */
export interface WaitOptions {
  /** Longest wait, ms; undefined: no limit. */
  timeoutMs?: number;
  /** Before all others that are not. */
  isFirst?: boolean;
  /** Accepts none from elsewhere. */
  isHere?: boolean;
  signal?: AbortSignal;
}

interface Waiting<T> {
  isFirst: boolean;
  /** Accepts one from elsewhere, too. */
  isOrdinary: boolean;
  /** Ends the wait with a taken item, or with none. */
  leave(taken: T | undefined): void;
}

/** Queue of callers that wait for something to become free, first come, first served. */
export class Backlog<T> {
  private readonly line: Waiting<T>[] = [];

  /** @param take returns a free item, and makes it the caller's */
  constructor(private readonly take: () => T | undefined) {}

  get length(): number {
    return this.line.length;
  }

  /**
   * Waits for an item.
   * @returns the item, or undefined at the timeout, when the signal aborts or the backlog is cleared
   */
  wait({ timeoutMs, isFirst = false, isHere = false, signal }: WaitOptions): Promise<T | undefined> {
    if (signal?.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const giveUp = (): void => waiting.leave(undefined);
      const timer = timeoutMs === undefined ? undefined : setTimeout(giveUp, timeoutMs);
      const waiting: Waiting<T> = {
        isFirst,
        isOrdinary: !isFirst && !isHere,
        leave: (taken) => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", giveUp);
          this.line.splice(this.line.indexOf(waiting), 1);
          resolve(taken);
        },
      };
      signal?.addEventListener("abort", giveUp);
      const place = isFirst ? this.line.findIndex((other) => !other.isFirst) : -1;
      this.line.splice(place === -1 ? this.line.length : place, 0, waiting);
    });
  }

  /** Serves as many waiters as it can. Call it whenever something became free. */
  serve(): void {
    for (let first = this.line[0]; first !== undefined; first = this.line[0]) {
      const taken = this.take();
      if (taken === undefined) return;
      first.leave(taken);
    }
  }

  /** Number of waiters that accept an item from elsewhere, too: without the first ones. */
  get ordinary(): number {
    return this.line.reduce((count, { isOrdinary }) => count + (isOrdinary ? 1 : 0), 0);
  }

  /** Gives an item from elsewhere to the first waiter that accepts it; false when there is none. */
  give(one: T): boolean {
    const first = this.line.find(({ isOrdinary }) => isOrdinary);
    first?.leave(one);
    return first !== undefined;
  }

  /** Ends all waits, as if their time were over. */
  clear(): void {
    for (const waiting of [...this.line]) waiting.leave(undefined);
  }
}
