import type { JsonText } from "../../base/json/json-text.js";
import type { QueueCounts } from "../../model/queue.js";
import type { QueuedRun, RunFilter, RunPage, RunRecord } from "../../model/record.js";
import type { SharedKeys } from "./shared-keys.js";

/** A claimed run, and the token of its claim. */
export interface Given {
  run: QueuedRun;
  token: string;
  /** Its kill was requested. */
  isToBeKilled?: boolean;
}

/** A change in the broker, as it is published to all nodes. */
export type Message =
  | { kind: "work" }
  | { kind: "state"; record: RunRecord }
  | { kind: "log"; uuid: string }
  | { kind: "kill"; uuid: string };

/** Result of a renewal: the claim is lost, is held, or its run is to be killed. */
export type Renewal = "lost" | "held" | "kill";

/** Retention of the final record. */
export interface Keeping {
  /** ms since the epoch; undefined: no limit. */
  expiresAt: number | undefined;
}

/**
 * Operations of a broker. Each is atomic, and rejects with a ServiceError `queue_unavailable` when the broker cannot be
 * reached.
 */
export interface Backend {
  readonly kind: string;
  readonly sharedKeys: SharedKeys;
  /** Starts to connect; does not wait for the connection. */
  start(): void;
  /** Reason why the broker cannot be reached; undefined while it can. */
  trouble(): string | undefined;
  /** Calls `onMessage` with changes and `onConnected` whenever messages may have been missed: at every (new) connection. */
  listen(onMessage: (message: Message) => void, onConnected: () => void): void;

  /** @returns false when the uuid is known */
  submit(run: QueuedRun): Promise<boolean>;
  /** @returns ms until the next attempt may succeed; undefined: only a message says when */
  claim(leaseMs: number, uuid?: string): Promise<Given | { waitMs: number | undefined }>;
  /**
   * Requeues runs whose holder died before their start, and claims those that ran.
   * @param silenceMs when no node has called the broker for so long it was away, and all claims get their time again
   * @param isHeld does this node use that claim? One that it does not know, as the answer with it got lost, is claimed
   * anew
   *   although its node lives; a broker whose claims end one by one finds them without it
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
  /**
   * Removes expired runs and the oldest above `most` (0: no limit), at most `atOnce`. @returns number of removed runs
   */
  clean(most: number, atOnce: number): Promise<number>;

  get(uuid: string): Promise<RunRecord | undefined>;
  result(uuid: string): Promise<JsonText | undefined>;
  list(filter: RunFilter): Promise<RunPage>;
  /** Kept as long as the run when it has failed or was interrupted. */
  payload(uuid: string): Promise<Omit<QueuedRun, "record"> | undefined>;
  counts(): Promise<QueueCounts>;
  /** @param ttlMs retention from now; 0: as long as the run */
  appendLog(uuid: string, text: string, ttlMs: number): Promise<void>;
  /** Output from an offset on, at most `most` bytes; `hasMore`: there is more after it already. */
  readLog(
    uuid: string,
    from: string | undefined,
    most: number,
  ): Promise<{ bytes: Buffer; from: number; hasMore: boolean }>;
  close(): Promise<void>;
}
