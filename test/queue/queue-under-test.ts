import type { RunQueue } from "../../service/model/queue.js";

/** A queue of an adapter, as the suite needs it. */
export interface QueueUnderTest {
  /** A queue on fresh data, not started. */
  queue: RunQueue;
  /** Gives a queue on the same data for a new life of the node; the former one died: it was not closed. */
  nextLife(): Promise<RunQueue>;
  /** Ends everything that is left. */
  end(): Promise<void>;
  /** Longest time the adapter takes to find out about a death, ms. */
  recoveryMs: number;
}
