import type { Dispatcher, SlotOptions } from "../dispatch/dispatcher.js";
import type { RunQueue } from "../model/queue.js";
import { isTerminal, type RunRecord } from "../model/record.js";
import type { Changes } from "./changes.js";
import type { Execution } from "./execution.js";

/** Key of {@link Changes} for a change of any run's state. */
export const ANY_RUN = "any run";

/**
 * Starts a run before its turn in the queue: it waits for a worker like a request, or with a lane before requests, with
 * a fork if no worker is free. For a run that another run waits for, which holds a worker (otherwise a node whose runs
 * all wait for runs would be blocked); for management jobs; and for a run that a request waits for. Goes on until the
 * run has ended or the signal aborts; then the run keeps its place in the queue.
 * @throws ServiceError `nested_too_deep`
 */
export async function startAhead(
  uuid: string,
  lane: Pick<SlotOptions, "lane" | "nested">,
  until: AbortSignal,
  parts: {
    queue: RunQueue;
    dispatcher: Pick<Dispatcher, "slot">;
    execution: Execution;
    changes: Changes;
    /** Can this node claim it at all? */
    mayStart(record: RunRecord): boolean;
  },
): Promise<void> {
  const { queue, dispatcher, execution, changes, mayStart } = parts;
  const watch = changes.watch(ANY_RUN);
  try {
    while (!until.aborted) {
      const record = await queue.get(uuid);
      if (record === undefined || isTerminal(record.state) || !mayStart(record)) return;
      const waitMs = (record.notBefore ?? 0) - Date.now();
      if (record.state === "accepted" && waitMs <= 0) {
        const slot = await dispatcher.slot({ signal: until, ...lane });
        if (slot === undefined) return;
        const claim = until.aborted ? undefined : await queue.claim(uuid);
        if (claim === undefined) slot.release();
        else await execution.start(claim, slot);
      }
      // Held back by others of its name, or to be run again: any change may free it.
      await watch.next(waitMs > 0 ? waitMs : undefined, until);
    }
  } finally {
    watch.close();
  }
}
