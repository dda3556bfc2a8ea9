import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { backoffMs } from "../base/backoff.js";
import { sendRequest } from "../base/http-request.js";
import { FOR_CLUSTER, signV2 } from "../signing/sign.js";
import { type CallOptions, defaultRetry, type RetryOptions, type RoJobClientOptions } from "./client-options.js";
import { RoJobError } from "./rojob-error.js";

/** Longest time to get a connection, ms. */
const CONNECT_MS = 10_000;

/** One request to a node. */
export interface Call extends CallOptions {
  method: "GET" | "POST" | "DELETE";
  /** Below the node's URL, without a leading slash, encoded. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Sending it twice does no more than sending it once; reading requests are repeatable. */
  isRepeatable?: boolean;
  /** Longest silence in the body, ms; a longer one breaks it off. */
  silenceMs?: number;
  /** Sent once, whatever the answer. */
  isSingle?: boolean;
}

export interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  /** The body as JSON; undefined when it is empty. */
  json: any;
}

/** Signs and sends requests to a node; retries where that is safe; see {@link RetryOptions}. */
export class Transport {
  readonly retry: RetryOptions;
  private readonly base: URL;

  /** @throws TypeError when the URL is not one of http or https */
  constructor(private readonly options: RoJobClientOptions) {
    const { url, retry } = options;
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new TypeError(`'${url}' is not the URL of a node; it must be like http://127.0.0.1:8787`);
    }
    this.base = new URL(url.endsWith("/") ? url : `${url}/`);
    this.retry = { ...defaultRetry, ...retry };
  }

  /**
   * Sends it and reads the whole answer.
   * @throws RoJobError when no answer came, or its status is not one of success
   */
  json(call: Call): Promise<Answer> {
    return this.trying(call, async () => {
      const answer = await this.open(call);
      const { statusCode: status = 0, headers } = answer;
      const text = await this.reading(call, wholeText(answer));
      return { status, headers, json: text === "" ? undefined : this.parse(text, status) };
    });
  }

  /**
   * Sends it and returns the body as a stream; later failures are errors of the stream.
   * @throws RoJobError as {@link json}
   */
  stream(call: Call): Promise<IncomingMessage> {
    return this.trying(call, () => this.open(call));
  }

  /** Waits before the next attempt; `tried` counts the failed ones. */
  async pause(tried: number, { retryAfterS }: { retryAfterS?: number }, signal?: AbortSignal): Promise<void> {
    const { pauseMs, longestPauseMs } = this.retry;
    const grownMs = backoffMs(tried, { firstMs: pauseMs, longestMs: longestPauseMs });
    await pause(retryAfterS === undefined ? grownMs : retryAfterS * 1000, undefined, { signal });
  }

  private async trying<T>(call: Call, send: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      try {
        return await send();
      } catch (error) {
        if (
          call.isSingle ||
          tried > this.retry.times ||
          !(error instanceof RoJobError) ||
          !this.isWorthAnotherTry(call, error)
        )
          throw error;
        await this.pause(tried, error, call.signal);
      }
    }
  }

  private isWorthAnotherTry({ method, isRepeatable = method === "GET" }: Call, error: RoJobError): boolean {
    const { status, retryAfterS } = error;
    if ((retryAfterS ?? 0) * 1000 > this.retry.longestPauseMs) return false;
    if (status === 503 && retryAfterS !== undefined) return true;
    return isRepeatable && [0, 502, 503, 504].includes(status);
  }

  private async open(call: Call): Promise<IncomingMessage> {
    const { method, path, query = {}, body, signal } = call;
    const url = new URL(path, this.base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.append(name, String(value));
    }
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers: Record<string, string> = { ...call.headers };
    if (text !== "") headers["content-type"] = "application/json";
    const { apiKey, agent } = this.options;
    if (apiKey !== undefined) {
      const target = url.pathname + url.search;
      const date = String(Math.floor(Date.now() / 1000));
      const nonce = randomBytes(16).toString("hex");
      const to = this.options.cluster === undefined ? url.host : `${FOR_CLUSTER}${this.options.cluster}`;
      Object.assign(headers, signV2({ apiKey, method, to, target, body: text, headers: { ...headers }, date, nonce }));
    }
    // A run may take any time: `timeoutMs` and `signal` limit it.
    const sent = sendRequest(url, {
      ...{ method, headers, body: text === "" ? undefined : text, agent, signal },
      connectTimeoutMs: CONNECT_MS,
      readTimeoutMs: call.silenceMs ?? 0,
    });
    const answer = await this.reading(call, sent);
    const status = answer.statusCode ?? 0;
    if (status < 200 || status > 299) throw await this.refusal(call, answer);
    return answer;
  }

  private async refusal(call: Call, answer: IncomingMessage): Promise<RoJobError> {
    const { statusCode = 0, headers } = answer;
    const problem = problemOf(await this.reading(call, wholeText(answer)));
    const retryAfterS = /^\d+$/.test(String(headers["retry-after"])) ? Number(headers["retry-after"]) : undefined;
    return new RoJobError(problem.detail ?? `The node answered ${statusCode}`, statusCode, problem.code, retryAfterS);
  }

  private async reading<T>({ signal }: Call, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      const message = `${this.base.origin} did not answer: ${(cause as Error).message}`;
      throw new RoJobError(message, 0, undefined, undefined, { cause });
    }
  }

  private parse(text: string, status: number): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      const message = `${this.base.origin} replied ${status} without JSON: it is not a node`;
      throw new RoJobError(message, status, undefined, undefined, { cause });
    }
  }
}

async function wholeText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** The used fields of a problem document (RFC 9457). */
function problemOf(body: string): { detail?: string; code?: string } {
  try {
    const { detail, code } = JSON.parse(body) as Record<string, unknown>;
    return {
      detail: typeof detail === "string" ? detail : undefined,
      code: typeof code === "string" ? code : undefined,
    };
  } catch {
    return {}; // not JSON: something between here and the node answered
  }
}
