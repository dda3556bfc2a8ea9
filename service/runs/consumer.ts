import { type Backoff, BackoffTimer } from "../base/backoff.js";
import type { Logger } from "../base/log/logger.js";
import type { Dispatcher } from "../dispatch/dispatcher.js";
import type { RunQueue } from "../model/queue.js";
import type { Execution } from "./execution.js";

/** Pauses after the queue could not be reached. */
const TROUBLE: Backoff = { firstMs: 500, longestMs: 10_000 };

/**
 * Claims runs of the queue as workers become free. It waits for a worker like a request, once, and only while there is
 * work: so requests and queued runs take turns, and no worker is kept waiting.
 */
export class Consumer {
  private readonly stopping = new AbortController();

  constructor(
    private readonly queue: RunQueue,
    private readonly dispatcher: Pick<Dispatcher, "slot">,
    private readonly execution: Execution,
    private readonly log: Pick<Logger, "error">,
  ) {}

  start(): void {
    void this.serve();
  }

  /** Claims no more runs. */
  stop(): void {
    this.stopping.abort();
  }

  private async serve(): Promise<void> {
    const { signal } = this.stopping;
    const pauses = new BackoffTimer(TROUBLE);
    while (!signal.aborted) {
      try {
        await this.serveOne(signal);
        pauses.reset();
      } catch (error) {
        if (signal.aborted) return;
        this.log.error({ err: error }, "cannot claim runs from the queue");
        await pauses.wait(signal).catch(() => undefined); // it stops
      }
    }
  }

  private async serveOne(signal: AbortSignal): Promise<void> {
    await this.queue.whenWork(signal);
    const slot = await this.dispatcher.slot({ signal, isHere: this.queue.isShared });
    // Only a node that stops gives no slot.
    if (slot === undefined) return this.stop();
    try {
      const claim = signal.aborted ? undefined : await this.queue.claim();
      if (claim !== undefined) return void this.execution.start(claim, slot);
    } catch (error) {
      slot.release();
      throw error;
    }
    slot.release();
  }
}
