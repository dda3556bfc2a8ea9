import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Chance } from "./chance.js";
import { type Field, pause, type Seat } from "./field.js";

/** A run as its client sees it. */
export interface Sent {
  tag: string;
  isAsync: boolean;
  retries: number;
  hasCallback: boolean;
  /** When it was accepted. */
  uuid?: string;
  /** Of a synchronous one. */
  reply?: { state: string; result: { tag?: string; number?: string } | null };
  /** Why nothing is known of it: its node died while it was asked. */
  unanswered?: string;
}

/** Longest time a run is offered to nodes that do not take it, ms. */
const OFFER_MS = 240_000;

/** Clients that send tagged runs, as fast as the faults go on. */
export class Load {
  readonly sent: Sent[] = [];
  readonly unclear: string[] = [];

  constructor(
    private readonly field: Field,
    private readonly chance: Chance,
    private readonly options: {
      runs: number;
      clients: number;
      callbackUrl: string;
      /** Nothing is sent after so long, ms. */
      limitMs: number;
      /** Number of runs that may have been sent by now. */
      allowed(): number;
      accepted(sent: Sent): void;
    },
  ) {}

  async send(): Promise<void> {
    await Promise.all(Array.from({ length: this.options.clients }, () => this.client()));
  }

  private async client(): Promise<void> {
    const until = performance.now() + this.options.limitMs;
    while (this.sent.length < this.options.runs && performance.now() < until) {
      if (this.sent.length >= this.options.allowed()) {
        await pause(20);
        continue;
      }
      const one: Sent = {
        tag: `t${this.sent.length}`,
        isAsync: this.chance.next() < 0.7,
        retries: this.chance.next() < 0.5 ? 0 : 8,
        hasCallback: this.chance.next() < 0.4,
      };
      this.sent.push(one);
      await this.sendOne(one);
    }
  }

  private async sendOne(one: Sent): Promise<void> {
    const body = this.bodyOf(one);
    let seat: Seat | undefined;
    for (const until = Date.now() + OFFER_MS; Date.now() < until; await pause(100)) {
      // A run that may have been accepted is sent again only where its key is known.
      if (seat === undefined || this.field.sharesKeys) seat = this.chance.of(this.field.seats);
      if (!seat.answers) {
        if (one.unanswered === undefined) seat = undefined;
        continue;
      }
      try {
        const headers: Record<string, string> = one.isAsync ? { "idempotency-key": `checker-${one.tag}` } : {};
        const signal = AbortSignal.timeout(20_000);
        const { status, json, text } = await seat.node!.request("POST", "/v1/runs", body, { headers, signal });
        if (status === 503 || status === 507 || (status === 409 && json?.code !== "not_unique")) continue;
        if (one.isAsync && status === 202) {
          one.uuid = json.uuid;
          delete one.unanswered;
          return this.options.accepted(one);
        }
        if (!one.isAsync && json?.state !== undefined) one.reply = json;
        else this.unclear.push(`${one.tag}: ${status} ${text.slice(0, 300)}`);
        return;
      } catch (error) {
        const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
        if (code === "ECONNREFUSED") continue;
        one.unanswered = String(code ?? (error as Error).name);
        // A synchronous run may have been executed: it is not sent again.
        if (!one.isAsync) return;
      }
    }
    this.unclear.push(`${one.tag}: nobody took it`);
  }

  private bodyOf({ tag, isAsync, retries, hasCallback }: Sent): string {
    const file = join(this.field.traces, tag);
    writeFileSync(file, "");
    const sleepMs = this.chance.next() < 0.05 ? this.chance.between(1000, 6000) : this.chance.next() ** 3 * 200;
    const line = (what: string) =>
      `io.writeFileString(args.file, "${what} " + args.tag + " " + n + "\\n", "utf-8", true)`;
    const exec = `var n = String(Math.floor(Math.random() * 1e15))
${line("begin")}
sleep(${Math.round(sleepMs)}, true)
${line("end")}
__pm.tag = args.tag
__pm.number = n`;
    const ojob = { rojob: { retries }, jobs: [{ name: "A", exec }], todo: ["A"] };
    const callback = isAsync && hasCallback ? { callbackUrl: this.options.callbackUrl } : {};
    return JSON.stringify({ ojob, args: { tag, file }, async: isAsync, ...callback });
  }
}
