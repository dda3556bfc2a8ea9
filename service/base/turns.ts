/** Longest time that deferred work takes in one turn of the event loop, in all, ms. */
const SLICE_MS = 4;

/**
 * Work that can wait for the next turn of the event loop, whose amount others decide on: chunks of large bodies, lines
 * that jobs print. Each turn does only so much of it as takes {@link SLICE_MS}, first come, first served: many senders
 * do not delay the others any longer than one.
 */
export class Turns {
  private line: (() => void)[] = [];
  private isScheduled = false;

  /** @param sliceMs longest time of a turn, ms; one piece of work is done in any case */
  constructor(private readonly sliceMs = SLICE_MS) {}

  /** Runs the work in one of the next turns. It must not throw, and be small. */
  next(work: () => void): void {
    this.line.push(work);
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => this.take());
  }

  private take(): void {
    this.isScheduled = false;
    const line = this.line;
    // Deferred work goes behind the others, to a later turn.
    this.line = [];
    let at = 0;
    for (const from = performance.now(); at < line.length; ) {
      line[at++]!();
      if (performance.now() - from >= this.sliceMs) break;
    }
    if (at < line.length) this.line = [...line.slice(at), ...this.line];
    if (this.line.length > 0) this.schedule();
  }
}

/** The instance of this process: its event loop is one. */
export const turns = new Turns();
