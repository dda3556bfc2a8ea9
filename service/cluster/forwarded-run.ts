import type { IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { formatAddress } from "../base/address.js";
import { jitteredMs } from "../base/backoff.js";
import { joinPieces, jsonTextOf } from "../base/json/json-text.js";
import { packed } from "../base/json/packed-json.js";
import { textOf } from "../base/json/text-of.js";
import type { OnOutput, RunReply, RunSpec } from "../model/run.js";
import { AnswerReader } from "./answer-reader.js";
import { LARGE_AS_BYTES, OFFERS_PATH, type Offer } from "./offer.js";
import { type PeerHttp, readText } from "./peer-http.js";
import type { PeerKey } from "./peer-key.js";

/** Parts and limits that a forwarded run needs. */
export interface ForwardedRunOptions {
  http: PeerHttp;
  key: PeerKey;
  /** Query of every request: identity of this node. */
  query: () => Record<string, string>;
  onOutput: OnOutput;
  /** JOBTIMEOUT; 0: none. */
  jobTimeoutMs: number;
  /** Longest time to ask a silent peer for the outcome, ms. */
  lostAfterMs: number;
}

/** A line of a peer's answer (JSON). */
interface Line {
  out?: [1 | 2, string];
  reply?: RunReply;
  /** Length of the result, whose bytes follow the line. */
  resultBytes?: number;
}

/** Time that the peer gets beyond the run's limit to answer, ms. */
const LATE_MS = 2000;
const ASK_AGAIN_MS = 100;

/** A run that a peer executes: sends it there and follows it to its end, also when the connection breaks. */
export class ForwardedRun {
  private readonly startedAt = performance.now();
  private readonly acceptedAt = Date.now();
  private readonly over = new AbortController();
  /** Lines of output received. */
  private lines = 0;

  constructor(
    private readonly offer: Offer,
    private readonly spec: RunSpec,
    private readonly options: ForwardedRunOptions,
  ) {}

  /** @returns the reply; undefined when the peer surely has not begun the run */
  async outcome(): Promise<RunReply | undefined> {
    const limitMs = this.spec.timeoutMs || this.options.jobTimeoutMs;
    const timer = limitMs > 0 ? setTimeout(() => this.timeOut(limitMs), limitMs + LATE_MS) : undefined;
    try {
      return await Promise.race([this.follow(), this.ended()]);
    } finally {
      clearTimeout(timer);
      this.over.abort();
    }
  }

  /** Ends the run at the peer. */
  kill(): void {
    const target = this.target(`/${this.offer.id}`);
    // A failure of this request changes nothing: the outcome shows how the run ended.
    this.options.http
      .send(this.offer.to, "DELETE", target, { timeoutMs: this.options.lostAfterMs })
      .catch(() => undefined);
  }

  /** Ends the run as lost: its node is dead. */
  lose(why: string): void {
    this.stop(this.lost(why));
  }

  private stop(reply: RunReply): void {
    this.over.abort(reply);
    this.offer.abandon();
  }

  private ended(): Promise<RunReply> {
    const { signal } = this.over;
    return new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason as RunReply)));
  }

  private timeOut(limitMs: number): void {
    this.kill();
    const text = `timeout: it took longer than ${limitMs} ms, and node ${this.peer} did not report its end`;
    this.stop(this.failure("failed", "timeout", text));
  }

  private async follow(): Promise<RunReply | undefined> {
    const { key } = this.options;
    try {
      const answer = await this.offer.send(key.seal(this.offer.id, joinPieces(packed(this.spec))));
      if (answer.statusCode !== 200) {
        // Refused: nothing was started.
        await readText(answer);
        return undefined;
      }
      const reply = await this.read(answer);
      if (reply !== undefined) return reply;
    } catch {
      // The connection broke: the peer is asked for the outcome.
    }
    return this.inquire();
  }

  /** Asks for the outcome of a run whose connection was lost. */
  private async inquire(): Promise<RunReply | undefined> {
    const { http, lostAfterMs } = this.options;
    const { signal } = this.over;
    let heardAt = performance.now();
    let why = "";
    while (!signal.aborted) {
      const ageMs = Math.ceil(performance.now() - this.offer.openedAt);
      const target = this.target(`/${this.offer.id}`, { ageMs: String(ageMs), from_line: String(this.lines) });
      const sent = http.open(this.offer.to, "GET", target, "", signal);
      try {
        const answer = await new Promise<IncomingMessage>((resolve, reject) => {
          sent.on("error", reject);
          sent.on("response", resolve);
          sent.end();
        });
        heardAt = performance.now();
        if (answer.statusCode === 200) {
          const reply = await this.read(answer);
          if (reply !== undefined) return reply;
        } else {
          const { state, upMs } = JSON.parse(await readText(answer)) as { state?: string; upMs?: number };
          // A peer that was restarted since may have executed the run before.
          const isSame = upMs !== undefined && upMs > performance.now() - this.offer.openedAt;
          if (state === "unknown" && isSame) return undefined;
          if (state !== undefined) return this.lost(isSame ? "its reply is no longer kept" : "it restarted");
        }
      } catch (error) {
        why = (error as Error).message;
      }
      if (performance.now() - heardAt > lostAfterMs) return this.lost(why);
      await delay(jitteredMs(ASK_AGAIN_MS), undefined, { signal }).catch(() => undefined);
    }
    return signal.reason as RunReply;
  }

  /** The reply at the end of an answer; undefined when the answer breaks off before. */
  private async read(answer: IncomingMessage): Promise<RunReply | undefined> {
    const reader = new AnswerReader(answer);
    for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
      const { out, reply, resultBytes } = JSON.parse(textOf(line)) as Line;
      if (out !== undefined) {
        this.lines++;
        this.options.onOutput(this.spec.uuid, out[0], out[1]);
      }
      if (reply === undefined) continue;
      const result = resultBytes === undefined ? undefined : await reader.bytes(resultBytes);
      if (result === undefined && resultBytes !== undefined) return undefined;
      // The reply has arrived, so the connection does not matter any more.
      reader.finish().catch(() => undefined);
      return this.ours(result === undefined ? reply : { ...reply, result: jsonTextOf(result) });
    }
    return undefined;
  }

  /** Converts a reply: times by this node's clock, and its route. */
  private ours(reply: RunReply): RunReply {
    const { runMs } = reply.timings;
    const waitMs = Math.max(0, performance.now() - this.startedAt - runMs);
    const timings = { acceptedAt: this.acceptedAt, waitMs, runMs };
    return { ...reply, timings, route: `peer ${this.peer}>${reply.route}` };
  }

  private lost(why: string): RunReply {
    return this.failure(
      "interrupted",
      "crash",
      `lost with node ${this.peer}, which had started it or may have: ${why}`,
    );
  }

  private failure(state: "failed" | "interrupted", endedBy: "timeout" | "crash", text: string): RunReply {
    const { uuid, file } = this.spec;
    const timings = { acceptedAt: this.acceptedAt, waitMs: 0, runMs: performance.now() - this.startedAt };
    const errors = [{ name: file, error: [text] }];
    return { uuid, state, result: "null", errors, endedBy, timings, route: `peer ${this.peer}` };
  }

  private target(path: string, query: Record<string, string> = {}): string {
    return `${OFFERS_PATH}${path}?${new URLSearchParams({ ...this.options.query(), ...LARGE_AS_BYTES, ...query })}`;
  }

  private get peer(): string {
    return formatAddress(this.offer.to);
  }
}
