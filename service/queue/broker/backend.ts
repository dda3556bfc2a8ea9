import type { JsonText } from "../../base/json/json-text.js";
import type { QueueCounts } from "../../model/queue.js";
import type { QueuedRun, RunFilter, RunPage, RunRecord } from "../../model/record.js";
import type { Marks } from "./marks.js";

/** A run given out, and the token that proves it. */
export interface Given {
  run: QueuedRun;
  token: string;
  /** Somebody has asked for its end. */
  isToBeKilled?: boolean;
}

/** What somebody has changed in the broker, as it tells everybody. */
export type Message =
  | { kind: "work" }
  | { kind: "state"; record: RunRecord }
  | { kind: "log"; uuid: string }
  | { kind: "kill"; uuid: string };

/** Whether a claim still holds, and whether its run is to be killed. */
export type Renewal = "lost" | "held" | "kill";

/** How the final record is to be kept. */
export interface Keeping {
  /** ms since the epoch; undefined: for ever. */
  expiresAt: number | undefined;
}

/**
 * What a broker has to be able to do. Every method happens whole or not at all, and rejects with a ServiceError
 * `queue_unavailable` when the broker cannot be reached.
 */
export interface Backend {
  readonly kind: string;
  readonly marks: Marks;
  /** Begins to connect; does not wait for it. */
  start(): void;
  /** Why it cannot be reached now. */
  trouble(): string | undefined;
  /** Calls `onMessage` with changes and `onConnected` whenever messages may have been missed: at every (new) connection. */
  listen(onMessage: (message: Message) => void, onConnected: () => void): void;

  /** @returns false when the uuid is known */
  submit(run: QueuedRun): Promise<boolean>;
  /** @returns ms until it is worth asking again, undefined when only a message tells */
  claim(leaseMs: number, uuid?: string): Promise<Given | { waitMs: number | undefined }>;
  /**
   * Puts runs back in line whose holder died before they were started, and takes over those that ran.
   * @param silenceMs when nobody has spoken for so long the broker was away, and all claims get their time again
   * @param isHeld does this node make use of that claim? One that it does not know of, as the answer that gave it got lost, is
   *   taken over although its node lives; a broker whose claims end one by one finds them without it
   */
  reap(leaseMs: number, silenceMs: number, isHeld: (uuid: string, token: string) => boolean): Promise<Given[]>;
  renew(leaseMs: number, silenceMs: number, held: { uuid: string; token: string }[]): Promise<Renewal[]>;
  started(uuid: string, token: string, record: RunRecord): Promise<boolean>;
  complete(uuid: string, token: string, record: RunRecord, result: JsonText, keeping: Keeping): Promise<boolean>;
  putBack(uuid: string, token: string, record: RunRecord, delayMs: number): Promise<boolean>;
  /** @param killed its record if it is killed before it was started */
  cancel(uuid: string, killed: RunRecord, keeping: Keeping): Promise<"waiting" | "running" | "ended" | "unknown">;
  update(record: RunRecord): Promise<void>;
  forget(uuid: string): Promise<boolean>;
  /** Removes what has expired and the oldest above `most` (0: no limit), at most `atOnce`. @returns how many */
  clean(most: number, atOnce: number): Promise<number>;

  get(uuid: string): Promise<RunRecord | undefined>;
  result(uuid: string): Promise<JsonText | undefined>;
  list(filter: RunFilter): Promise<RunPage>;
  /** Kept as long as the run when it has failed or was interrupted. */
  payload(uuid: string): Promise<Omit<QueuedRun, "record"> | undefined>;
  counts(): Promise<QueueCounts>;
  /** @param ttlMs kept for so long from now; 0: as long as the run */
  appendLog(uuid: string, text: string, ttlMs: number): Promise<void>;
  /** Output from a place on, at most `most` bytes; `hasMore`: there is more after it already. */
  readLog(
    uuid: string,
    from: string | undefined,
    most: number,
  ): Promise<{ bytes: Buffer; from: number; hasMore: boolean }>;
  close(): Promise<void>;
}
