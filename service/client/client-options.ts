import type { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";

export interface RoJobClientOptions {
  /** URL of the node, as `http://host:port`; a path is put before those of the service. */
  url: string;
  /** Key of the node; requests are signed with it (scheme v2). Not needed for a node with PRIVATE=true. */
  apiKey?: string;
  /**
   * Name of the node's cluster (CNAME). With it requests are signed for any node of that cluster instead of the host of
   * the URL: for a URL that the node does not know, as a mapped port.
   */
  cluster?: string;
  /** The agent to send with, of the protocol of the URL: for other TLS settings, a proxy, limits. Node's own by default. */
  agent?: HttpAgent | HttpsAgent;
  /** Number and pauses of retries; `{ times: 0 }` for none. */
  retry?: Partial<RetryOptions>;
}

/**
 * A request is retried only when that cannot make a run happen twice: when it reads, when it carries an idempotency
 * key, or when the node replied 503 with `Retry-After`, which means that it has accepted nothing.
 */
export interface RetryOptions {
  /** Most retries. */
  times: number;
  /** Pause before the first retry, ms; doubles each time, and varies by up to a half. */
  pauseMs: number;
  /** Longest pause, ms; when the node asks for a longer one (`Retry-After`) there is no retry. */
  longestPauseMs: number;
}

export const defaultRetry: RetryOptions = { times: 3, pauseMs: 200, longestPauseMs: 10_000 };

export interface CallOptions {
  /** Stops waiting for the answer. */
  signal?: AbortSignal;
}

/** Options of a run besides its arguments. */
export interface RunOptions extends CallOptions {
  /** Longest time of the run, ms; undefined: the node's JOBTIMEOUT. */
  timeoutMs?: number;
  /** Higher is sooner; 0 unless the oJob says otherwise. Counts for runs that wait in the queue. */
  priority?: number;
  /** Part of the run's uuid, as `rojob.name` of the oJob. */
  name?: string;
  /** Most further attempts when its node or worker dies, or its jobs fail. Asynchronous runs only. */
  retries?: number;
  /**
   * Gets a signed POST when the run has ended; its host has to be among the node's CALLBACKHOSTS. Asynchronous runs
   * only.
   */
  callbackUrl?: string;
  /**
   * Identifies the request: there is one run for it, however often it is sent. Visible ASCII characters, at most 255.
   * Refused with another payload (422 `idempotency_key_reused`).
   */
  idempotencyKey?: string;
}

export interface StartOptions extends RunOptions {
  /** Longest wait of the node for the end before it answers that the run goes on, s; 0: at once. */
  waitS?: number;
  /** Asynchronous (true) or synchronous (false), instead of the oJob's own setting. */
  async?: boolean;
}

export interface WaitOptions extends CallOptions {
  /** Longest wait, ms; undefined: no limit. */
  timeoutMs?: number;
}

export interface LogOptions extends CallOptions {
  /** Goes on until the run has ended; else ends at the present end of the log. */
  follow?: boolean;
}
