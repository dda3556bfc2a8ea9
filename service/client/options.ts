import type { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";

export interface RoJobClientOptions {
  /** Where the node is, as `http://host:port`; a path is put before those of the service. */
  url: string;
  /** Key of the node; requests are signed with it (scheme v2). Not needed for a node with PRIVATE=true. */
  apiKey?: string;
  /**
   * Name of the node's cluster (CNAME). With it requests are signed for any node of that cluster instead of the host of the
   * URL: for a way to the node that it does not know, as a port that is mapped.
   */
  cluster?: string;
  /** The agent to send with, of the protocol of the URL: for other TLS settings, a proxy, limits. Node's own by default. */
  agent?: HttpAgent | HttpsAgent;
  /** How often a request is tried again, and after how long; `{ times: 0 }` for never. */
  retry?: Partial<RetryOptions>;
}

/**
 * A request is tried again only when that cannot make a run happen twice: when it reads, when it carries an idempotency
 * key, or when the node said 503 with `Retry-After`, which it does before it accepts anything.
 */
export interface RetryOptions {
  /** Most tries after the first. */
  times: number;
  /** Pause before the first of them, ms; doubles each time, and varies by up to a half. */
  pauseMs: number;
  /** Longest pause, ms; a node that asks for a longer one (`Retry-After`) is not asked again. */
  longestPauseMs: number;
}

export const defaultRetry: RetryOptions = { times: 3, pauseMs: 200, longestPauseMs: 10_000 };

export interface CallOptions {
  /** Stops waiting for the answer. */
  signal?: AbortSignal;
}

/** What a run may be told besides its arguments. */
export interface RunOptions extends CallOptions {
  /** Longest time the run may take, ms; the node's JOBTIMEOUT when left out. */
  timeoutMs?: number;
  /** Sooner than those with a lower one; 0 unless the oJob says otherwise. Counts for runs that wait in the queue. */
  priority?: number;
  /** Part of the run's uuid, as `rojob.name` of the oJob. */
  name?: string;
  /** How often it may be run again when its node or worker dies, or its jobs fail. Asynchronous runs only. */
  retries?: number;
  /** Told when the run has ended, by a signed POST; its host has to be among the node's CALLBACKHOSTS. Asynchronous runs only. */
  callbackUrl?: string;
  /**
   * Names what is wanted: however often it is sent, there is one run. Visible ASCII characters, at most 255. Sent with another
   * payload it is refused (422 `idempotency_key_reused`).
   */
  idempotencyKey?: string;
}

export interface StartOptions extends RunOptions {
  /** Longest time the node waits for the end before it answers that the run goes on, s; 0: at once. */
  waitS?: number;
  /** Not to be waited for, true, or to be, false, whatever the oJob says. */
  async?: boolean;
}

export interface WaitOptions extends CallOptions {
  /** Longest time to wait, ms; as long as it takes when left out. */
  timeoutMs?: number;
}

export interface LogOptions extends CallOptions {
  /** Goes on until the run has ended; else ends where the log ends now. */
  follow?: boolean;
}
