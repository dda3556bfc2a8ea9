/** A run that waits for a worker. */
interface Waiting<T> {
  take(): Promise<T> | undefined;
  resolve(outcome: Promise<T> | undefined): void;
  timer: NodeJS.Timeout | undefined;
}

/** Who waits for a free worker, first come first served. */
export class Backlog<T> {
  private readonly line: Waiting<T>[] = [];

  get length(): number {
    return this.line.length;
  }

  /**
   * Gets in line.
   * @param take starts the run if a worker is free, else gives undefined
   * @param timeoutMs longest wait for a worker
   * @returns how the run ended, or undefined when the time was over before it could start
   */
  wait(take: () => Promise<T> | undefined, timeoutMs: number): Promise<T | undefined> {
    return new Promise((resolve) => {
      const waiting: Waiting<T> = { take, resolve, timer: undefined };
      waiting.timer = setTimeout(() => this.leave(waiting), timeoutMs);
      this.line.push(waiting);
    });
  }

  /** Serves as many as there are free workers. To be called whenever one became free. */
  serve(): void {
    for (let first = this.line[0]; first !== undefined; first = this.line[0]) {
      const outcome = first.take();
      if (outcome === undefined) return;
      this.line.shift();
      clearTimeout(first.timer);
      first.resolve(outcome);
    }
  }

  /** Sends everybody away, as if their time were over. */
  clear(): void {
    for (const waiting of [...this.line]) this.leave(waiting);
  }

  private leave(waiting: Waiting<T>): void {
    clearTimeout(waiting.timer);
    this.line.splice(this.line.indexOf(waiting), 1);
    waiting.resolve(undefined);
  }
}
