import { randomBytes } from "node:crypto";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import { abortRequest } from "../base/abort-request.js";
import { jitteredMs } from "../base/backoff.js";
import { ServiceError } from "../base/errors.js";
import { type JsonText, joinJson, joinPieces } from "../base/json/json-text.js";
import type { Logger } from "../base/log/logger.js";
import { CallbackHosts } from "../config/callback-hosts.js";
import type { CallbackRecord, RunRecord } from "../model/record.js";
import { FOR_CALLBACK, signV2 } from "../signing/sign.js";
import type { PendingCallbacks } from "./pending-callback-files.js";

export interface CallbackOptions {
  /** Store of the pending callbacks. */
  pending: PendingCallbacks;
  /** CALLBACKHOSTS. */
  hosts: string | undefined;
  /** Key for signatures of requests (scheme v2); undefined: they are not signed. */
  apiKey: string | undefined;
  /** Stores the changed `record.callback`. */
  update(record: RunRecord): Promise<void>;
  /** JSON of a run's result map. */
  result(uuid: string): Promise<JsonText | undefined>;
  log: Pick<Logger, "info" | "warn">;
  /** Pauses between the attempts, ms; one more attempt than pauses. */
  pausesMs?: readonly number[];
  /** Longest time for one attempt, ms. */
  timeoutMs?: number;
}

/** Five attempts over about five minutes. */
const PAUSES_MS = [5_000, 20_000, 60_000, 180_000];
const TIMEOUT_MS = 15_000;
/** Requests under way at a time. */
const PARALLEL = 8;
/** Bytes of an answer that are read; the rest is not waited for. */
const READ_BYTES = 65_536;
/** Delay of the callbacks of an earlier process of this node: `ended` handles runs that end just now, ms. */
const RESUME_AFTER_MS = 1000;
/** Pause before a callback that could not be read, claimed or stored is tried again, ms. */
const RETRY_MS = 5_000;
/** Pause before a callback that another node is sending is checked again, ms. */
const TAKEN_MS = 15_000;
/**
 * Pause before the outcome of an attempt is stored again after a failure, ms: earlier than any other node looks for
 * pending callbacks.
 */
const STORE_RETRY_MS = 300;
/** Longest wait for answers to attempts under way when the node stops, ms. */
const LAST_ANSWERS_MS = 3_000;
/** Answers below 500 that are worth another attempt: timeout, too early, too many requests. */
const RETRIED = [408, 425, 429];

interface Waiting {
  record: RunRecord & { callback: CallbackRecord };
  /** Kept only when it is sent at once: many callbacks may wait. */
  result?: JsonText;
}

/**
 * Posts the end of a run to `callbackUrl`: a POST of `{ uuid, state, name?, result, errors, timings }` as JSON, with
 * the headers `x-rojob-uuid` and those of signature v2. An answer of 2xx means delivered; redirects are not followed;
 * another answer below 500 than 408, 425 and 429 is final. Delivered at least once: the receiver has to check the uuid.
 */
export class Callbacks {
  private readonly hosts: CallbackHosts;
  private readonly timeoutMs: number;
  private readonly pausesMs: readonly number[];
  private readonly pending: PendingCallbacks;
  private sweeping: NodeJS.Timeout | undefined;
  private readonly line: Waiting[] = [];
  /** uuids of all callbacks that are queued, under way or wait for the next attempt. */
  private readonly known = new Set<string>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly closing = new AbortController();
  /** Aborts the attempts under way. */
  private readonly aborting = new AbortController();
  private readonly underWay = new Set<Promise<void>>();

  constructor(private readonly options: CallbackOptions) {
    this.hosts = new CallbackHosts(options.hosts);
    this.pending = options.pending;
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.pausesMs = options.pausesMs ?? PAUSES_MS;
  }

  /**
   * May a run name this address?
   * @throws ServiceError `callback_not_allowed`
   */
  check(url: string): void {
    const refuse = (reason: string): never => {
      throw new ServiceError("callback_not_allowed", { reason });
    };
    if (!URL.canParse(url)) return refuse(`'${url}' is not a URL like https://host/path`);
    const parsed = new URL(url);
    if (parsed.protocol !== "http:" && parsed.protocol !== "https:") {
      return refuse(`'${parsed.protocol}' is neither http: nor https:`);
    }
    if (parsed.username !== "" || parsed.password !== "") {
      return refuse("it has a user name or password, which run records would show");
    }
    if (this.hosts.isEmpty) return refuse(`this node has no CALLBACKHOSTS, so '${parsed.host}' is not among them`);
    if (!this.hosts.allows(parsed)) return refuse(`'${parsed.host}' is not among the CALLBACKHOSTS of this node`);
  }

  /**
   * Stores that the end of a run, which is about to be accepted, is to be posted to this address. Durable: when this
   * node dies, its next process finds it.
   * @throws ServiceError `storage_full`
   */
  async promise(uuid: string, url: string): Promise<void> {
    await this.pending.add(uuid, url);
  }

  /**
   * Queues the callback of an ended run; does nothing for a run without `record.callback`.
   * @param result JSON of its result map
   */
  ended(record: RunRecord, result: JsonText): void {
    if (!isWaiting(record) || this.known.has(record.uuid)) return;
    this.known.add(record.uuid);
    this.line.push({ record, result: this.underWay.size < PARALLEL ? result : undefined });
    this.serve();
  }

  /**
   * Queues the pending callbacks of an earlier process of this node.
   * @param node `host:port` of this node
   */
  async recover(node: string, get: (uuid: string) => Promise<RunRecord | undefined>): Promise<void> {
    const { sweepMs } = this.pending;
    if (sweepMs !== undefined && !this.closing.signal.aborted) {
      this.sweeping ??= setInterval(() => void this.recover(node, get), sweepMs).unref();
    }
    try {
      this.resume(await this.pending.ended(node, get, (uuid) => this.known.has(uuid)));
    } catch (error) {
      this.options.log.warn({ err: error }, "cannot look up the callbacks from before this node restarted");
    }
  }

  /** Queues pending callbacks of ended runs. */
  resume(records: readonly RunRecord[]): void {
    for (const record of records) {
      if (!isWaiting(record) || this.known.has(record.uuid)) continue;
      this.known.add(record.uuid);
      this.schedule(record, Math.max(RESUME_AFTER_MS, (record.callback.nextAt ?? 0) - Date.now()));
    }
  }

  /**
   * Stops; waiting callbacks are left for {@link resume}. The receiver may have an attempt under way already: its
   * answer is waited for a while, as the next process would send it again.
   */
  async close(): Promise<void> {
    this.closing.abort();
    clearInterval(this.sweeping);
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.line.length = 0;
    const timer = setTimeout(() => this.aborting.abort(), LAST_ANSWERS_MS);
    await Promise.all(this.underWay);
    clearTimeout(timer);
    await this.pending.close?.();
  }

  private schedule(record: Waiting["record"], delayMs: number): void {
    if (this.closing.signal.aborted) return;
    const due = (): void => {
      this.timers.delete(record.uuid);
      this.line.push({ record });
      this.serve();
    };
    this.timers.set(record.uuid, setTimeout(due, Math.max(0, delayMs)).unref());
  }

  private serve(): void {
    while (this.underWay.size < PARALLEL && !this.closing.signal.aborted) {
      const next = this.line.shift();
      if (next === undefined) return;
      const done = this.deliver(next)
        .catch((error: unknown) => {
          // The disk is full, or the queue is away: the callback stays pending.
          this.options.log.warn({ err: error, uuid: next.record.uuid }, "cannot send a callback: retrying");
          this.schedule(next.record, jitteredMs(RETRY_MS));
        })
        .finally(() => {
          this.underWay.delete(done);
          this.serve();
        });
      this.underWay.add(done);
    }
  }

  private async deliver(waiting: Waiting): Promise<void> {
    const { log } = this.options;
    const { record, result } = waiting;
    const { uuid, callback } = record;
    const body = bodyOf(record, result ?? (await this.options.result(uuid)));
    // Last: nothing is awaited between this and the attempt.
    const mayTry = await this.pending.take(uuid);
    if (mayTry === "later") return this.schedule(record, TAKEN_MS);
    if (!mayTry) return void this.known.delete(uuid);
    if (this.closing.signal.aborted) return;
    const at = Date.now();
    const outcome = await this.attempt(callback.url, uuid, body);
    if (this.aborting.signal.aborted && outcome.status === undefined) return; // not an answer of the other side
    const attempts = [...callback.attempts, { at, ...outcome }];
    const pauseMs = this.pausesMs[attempts.length - 1];
    const next: CallbackRecord = { url: callback.url, state: "waiting", attempts };
    const fields = { uuid, host: new URL(callback.url).host, attempt: attempts.length, ...outcome };
    if (outcome.error === undefined) {
      next.state = "delivered";
      log.info(fields, "callback delivered");
    } else if (isFinal(outcome.status) || pauseMs === undefined) {
      next.state = "failed";
      log.warn(fields, "callback given up");
    } else {
      next.nextAt = Date.now() + jitteredMs(pauseMs);
    }
    const updated = { ...record, callback: next };
    // Whatever fails from here on: the attempt was made.
    waiting.record = updated;
    await this.keep(uuid, () => this.options.update(updated));
    if (next.nextAt !== undefined) {
      await this.pending.give?.(uuid);
      return this.schedule(updated, next.nextAt - Date.now());
    }
    await this.keep(uuid, () => this.pending.remove(uuid));
    this.known.delete(uuid);
  }

  /**
   * Tries until it is stored: a delivered callback must not be delivered again because the disk is full or the queue is
   * away.
   */
  private async keep(uuid: string, act: () => Promise<void>): Promise<void> {
    for (let isLogged = false; ; isLogged = true) {
      try {
        return await act();
      } catch (error) {
        if (!isLogged) this.options.log.warn({ err: error, uuid }, "cannot record the outcome of a callback");
        // The node stops, so it is not tried again; the next process may deliver it once more.
        if (!(error instanceof ServiceError) || this.closing.signal.aborted) return;
        await delay(STORE_RETRY_MS, undefined, { signal: this.closing.signal }).catch(() => undefined); // It stops.
      }
    }
  }

  private async attempt(url: string, uuid: string, body: JsonText): Promise<{ status?: number; error?: string }> {
    try {
      // The hosts allowed may have changed since the run was accepted.
      this.check(url);
      const signal = AbortSignal.any([this.aborting.signal, AbortSignal.timeout(this.timeoutMs)]);
      const answer = await answerTo(new URL(url), this.headers(new URL(url), uuid, body), body, signal);
      const { statusCode = 0 } = answer;
      await readSome(answer);
      if (statusCode >= 200 && statusCode < 300) return { status: statusCode };
      return { status: statusCode, error: `the reply was ${statusCode}` };
    } catch (error) {
      const { name, message, cause } = error as Error;
      const isLate = name === "TimeoutError" || (cause as Error | undefined)?.name === "TimeoutError";
      return { error: isLate ? `no reply within ${this.timeoutMs} ms` : message };
    }
  }

  private headers(url: URL, uuid: string, body: JsonText): Record<string, string> {
    const headers = { "content-type": "application/json; charset=utf-8", "x-rojob-uuid": uuid };
    const { apiKey } = this.options;
    if (apiKey === undefined) return headers;
    const date = String(Math.floor(Date.now() / 1000));
    const nonce = randomBytes(16).toString("hex");
    const target = url.pathname + url.search;
    const to = `${FOR_CALLBACK}${url.host}`;
    return { ...headers, ...signV2({ apiKey, method: "POST", to, target, body, headers, date, nonce }) };
  }
}

/** Posts on a connection of its own. @throws Error of the connection, or for the signal */
function answerTo(
  url: URL,
  headers: Record<string, string>,
  body: JsonText,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { request } = url.protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers, agent: false });
    abortRequest(sent, signal);
    sent.on("error", reject);
    sent.on("response", resolve);
    sent.end(body);
  });
}

/** Reads the beginning of an answer, and closes its connection. */
async function readSome(answer: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of answer) if ((bytes += (chunk as Buffer).length) > READ_BYTES) break;
}

function isWaiting(record: RunRecord): record is Waiting["record"] {
  return record.callback?.state === "waiting";
}

function isFinal(status: number | undefined): boolean {
  return status !== undefined && status < 500 && !RETRIED.includes(status);
}

/** The result is JSON already. */
function bodyOf(record: RunRecord, result: JsonText | undefined): JsonText {
  const { uuid, state, name, errors, acceptedAt, startedAt, endedAt } = record;
  const ended = endedAt ?? acceptedAt;
  const timings = {
    acceptedAt,
    waitMs: (startedAt ?? ended) - acceptedAt,
    runMs: startedAt === undefined ? 0 : ended - startedAt,
  };
  const head = JSON.stringify({ uuid, state, name }).slice(0, -1);
  return joinPieces(
    joinJson(`${head},"result":`, result || "null", `,${JSON.stringify({ errors, timings }).slice(1)}`),
  );
}
