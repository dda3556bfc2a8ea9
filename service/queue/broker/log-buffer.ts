import { setTimeout as delay } from "node:timers/promises";

/** Delay of lines, so that they are sent in batches, ms. */
const BATCH_DELAY_MS = 50;
/** Bytes that are sent without delay. */
const BATCH_BYTES = 64 * 1024;
/** Longest time for which the end of a run waits for its output, ms. */
const LONGEST_MS = 15_000;
/** Bytes kept of one run, and of all runs together, while the broker cannot be reached. */
const MAX_OF_RUN = 1024 * 1024;
const MAX_OF_ALL = 32 * 1024 * 1024;

interface Pending {
  lines: string[];
  bytes: number;
  dropped: number;
  sending: Promise<void> | undefined;
  timer: NodeJS.Timeout | undefined;
  /** No more output will come. */
  isOver: boolean;
}

/**
 * Output of runs on its way to the broker, in batches and in order. Unsent output is kept up to a limit; a line says
 * how much was dropped beyond it.
 */
export class LogBuffer {
  private readonly runs = new Map<string, Pending>();
  /** Unsent bytes of all runs. */
  private bytes = 0;

  constructor(
    private readonly send: (uuid: string, text: string) => Promise<void>,
    private readonly longestMs = LONGEST_MS,
  ) {}

  append(uuid: string, line: string): void {
    let pending = this.runs.get(uuid);
    if (pending === undefined) {
      pending = { lines: [], bytes: 0, dropped: 0, sending: undefined, timer: undefined, isOver: false };
      this.runs.set(uuid, pending);
    }
    const bytes = Buffer.byteLength(line) + 1;
    if (pending.bytes > MAX_OF_RUN || this.bytes + bytes > MAX_OF_ALL) {
      pending.dropped++;
      return;
    }
    pending.lines.push(line);
    pending.bytes += bytes;
    this.bytes += bytes;
    if (pending.bytes > BATCH_BYTES) this.flush(uuid);
    else pending.timer ??= setTimeout(() => this.flush(uuid), BATCH_DELAY_MS);
  }

  /**
   * Sends the rest of a run's output. Resolves when it was sent or has failed for now: the end of the run waits for it.
   */
  async flushed(uuid: string): Promise<void> {
    const pending = this.runs.get(uuid);
    if (pending === undefined) return;
    pending.isOver = true;
    const timer = new AbortController();
    // Aborted when the output was sent in time.
    const isLate = delay(this.longestMs, undefined, { signal: timer.signal, ref: false }).catch(() => undefined);
    await Promise.race([pending.sending, isLate]);
    this.flush(uuid);
    await Promise.race([pending.sending, isLate]);
    timer.abort();
    if (pending.sending === undefined && pending.lines.length === 0) this.runs.delete(uuid);
  }

  close(): void {
    for (const { timer } of this.runs.values()) clearTimeout(timer);
  }

  private flush(uuid: string): void {
    const pending = this.runs.get(uuid);
    if (pending === undefined || pending.sending !== undefined || pending.lines.length === 0) return;
    clearTimeout(pending.timer);
    pending.timer = undefined;
    const { lines, bytes, dropped } = pending;
    if (dropped > 0) lines.push(`[${dropped} lines are missing: the queue was unreachable]`);
    Object.assign(pending, { lines: [], bytes: 0, dropped: 0 });
    pending.sending = this.send(uuid, `${lines.join("\n")}\n`)
      .then(() => void (this.bytes -= bytes))
      .catch(() => {
        // The queue reports its trouble elsewhere; these lines go first when it is back.
        pending.lines = [...lines, ...pending.lines];
        pending.bytes += bytes;
        pending.timer ??= setTimeout(() => this.flush(uuid), 1000);
      })
      .finally(() => {
        pending.sending = undefined;
        if (pending.isOver && pending.lines.length === 0) this.runs.delete(uuid);
        if (pending.lines.length > 0) pending.timer ??= setTimeout(() => this.flush(uuid), BATCH_DELAY_MS);
      });
  }
}
