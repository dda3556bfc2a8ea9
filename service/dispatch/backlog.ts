/** A run that waits for a worker. */
interface Waiting<T> {
  take(): T | undefined;
  resolve(value: T): void;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Who waits for a free worker, first come first served.
 * `serve` is called whenever one became free; what it gives is the answer of the run that was first in line.
 */
export class Backlog<T> {
  private readonly line: Waiting<T>[] = [];

  get length(): number {
    return this.line.length;
  }

  /**
   * Gets in line.
   * @param take tries to start the run now; undefined when no worker is free
   * @param timeoutMs longest wait; undefined: no limit
   * @returns what `take` gave, or undefined when the time was over
   */
  wait(take: () => T | undefined, timeoutMs?: number): Promise<T | undefined> {
    return new Promise((resolve) => {
      const waiting: Waiting<T> = { take, resolve, timer: undefined };
      if (timeoutMs !== undefined)
        waiting.timer = setTimeout(() => {
          this.line.splice(this.line.indexOf(waiting), 1);
          resolve(undefined);
        }, timeoutMs);
      this.line.push(waiting);
    });
  }

  /** Serves as many as there are free workers. */
  serve(): void {
    while (this.line.length > 0) {
      const value = this.line[0]!.take();
      if (value === undefined) return;
      const { timer, resolve } = this.line.shift()!;
      clearTimeout(timer);
      resolve(value);
    }
  }
}
