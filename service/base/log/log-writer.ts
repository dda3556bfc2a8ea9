/** Longest delay of an ordinary line, so that lines are written in batches, ms. */
const BATCH_DELAY_MS = 50;
/** Characters that are written without delay. */
const BATCH_BYTES = 64 * 1024;

/**
 * Writes log lines in batches: one call to the system costs as much as making ten lines. Urgent lines, and all before
 * them, are written at once, and so are all when the process ends.
 */
export class LogWriter {
  private pending = "";
  private timer: NodeJS.Timeout | undefined;

  /** @param writeNow writes all of a text before it returns */
  constructor(private readonly writeNow: (text: string) => void) {
    process.once("exit", () => this.flush());
  }

  write(text: string, isUrgent: boolean): void {
    this.pending += text;
    if (isUrgent || this.pending.length > BATCH_BYTES) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), BATCH_DELAY_MS).unref();
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const text = this.pending;
    this.pending = "";
    if (text !== "") this.writeNow(text);
  }
}
