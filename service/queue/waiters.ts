/** Consumers that wait for work. */
export class Waiters {
  private readonly waiting = new Set<() => void>();

  /** Resolves at the next {@link wake}; rejects with the signal's reason when it aborts. */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = (): void => {
        this.waiting.delete(wake);
        signal.removeEventListener("abort", abort);
      };
      const wake = (): void => {
        leave();
        resolve();
      };
      const abort = (): void => {
        leave();
        reject(signal.reason);
      };
      this.waiting.add(wake);
      signal.addEventListener("abort", abort);
    });
  }

  wake(): void {
    for (const wake of [...this.waiting]) wake();
  }
}
