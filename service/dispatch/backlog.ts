/** How long, and in which place, one waits. */
export interface WaitOptions {
  /** Longest wait, ms; without it as long as it takes. */
  timeoutMs?: number;
  /** Before everybody who is not. */
  isFirst?: boolean;
  /** Takes none from elsewhere. */
  isHere?: boolean;
  signal?: AbortSignal;
}

interface Waiting<T> {
  isFirst: boolean;
  /** Takes one from elsewhere, too. */
  isOrdinary: boolean;
  /** Ends the wait with what was taken, or with nothing. */
  leave(taken: T | undefined): void;
}

/** Who waits for something that becomes free, first come first served. */
export class Backlog<T> {
  private readonly line: Waiting<T>[] = [];

  /** @param take gives one that is free, and makes it the taker's */
  constructor(private readonly take: () => T | undefined) {}

  get length(): number {
    return this.line.length;
  }

  /**
   * Gets in line.
   * @returns what became free, or undefined when the time was over, the signal aborted or the backlog was cleared
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

  /** Serves as many as it can. To be called whenever something became free. */
  serve(): void {
    for (let first = this.line[0]; first !== undefined; first = this.line[0]) {
      const taken = this.take();
      if (taken === undefined) return;
      first.leave(taken);
    }
  }

  /** How many wait that take one from elsewhere, too: not the first ones. */
  get ordinary(): number {
    return this.line.reduce((count, { isOrdinary }) => count + (isOrdinary ? 1 : 0), 0);
  }

  /** Gives one from elsewhere to the first who takes such; false when nobody does. */
  give(one: T): boolean {
    const first = this.line.find(({ isOrdinary }) => isOrdinary);
    first?.leave(one);
    return first !== undefined;
  }

  /** Sends everybody away, as if their time were over. */
  clear(): void {
    for (const waiting of [...this.line]) waiting.leave(undefined);
  }
}
