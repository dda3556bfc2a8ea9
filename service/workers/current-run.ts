import type { RunReply, RunSpec } from "../model/run.js";
import type { PoolOptions } from "./pool-options.js";
import type { ExitHead } from "./protocol.js";
import type { EndCause } from "./run-reply.js";
import { Lines } from "./split-lines.js";

/** The run that a worker process executes, as the node knows it. */
export class CurrentRun {
  readonly acceptedAt = Date.now();
  readonly startedMs = performance.now();
  readonly reply: Promise<RunReply>;
  /** It has started operations outside of the worker: there may be processes. */
  hasReached = false;
  /** Reason for which the node has ended it. */
  cause: EndCause | undefined;
  /** Outcome of a run whose job called `exit(code)`. */
  exit: { head: ExitHead; body: Buffer } | undefined;
  /** Output of the process itself besides the job's output: crash reports. */
  ownOutput = "";
  private timer: NodeJS.Timeout | undefined;
  private resolve!: (reply: RunReply) => void;
  private readonly out: Lines;
  private readonly err: Lines;

  constructor(
    readonly spec: RunSpec,
    onOutput: PoolOptions["onOutput"],
  ) {
    this.reply = new Promise((resolve) => {
      this.resolve = resolve;
    });
    this.out = new Lines((line) => onOutput(spec.uuid, 1, line));
    this.err = new Lines((line) => onOutput(spec.uuid, 2, line));
  }

  get elapsedMs(): number {
    return Math.round((performance.now() - this.startedMs) * 1000) / 1000;
  }

  /** Calls `onTimeout` with the reason in words when the run exceeds its time limit. */
  limitTime(jobTimeoutMs: number, onTimeout: (text: string) => void): void {
    const own = this.spec.timeoutMs ?? 0;
    const ms = own > 0 ? own : jobTimeoutMs;
    if (ms <= 0) return;
    const source = own > 0 ? "timeoutMs of the oJob or the request" : "JOBTIMEOUT";
    this.timer = setTimeout(() => onTimeout(`timeout: still running after ${ms} ms (${source})`), ms);
  }

  write(stream: 1 | 2, text: string): void {
    (stream === 1 ? this.out : this.err).push(text);
  }

  finish(reply: RunReply): void {
    clearTimeout(this.timer);
    this.out.flush();
    this.err.flush();
    this.resolve(reply);
  }
}
