import { type Backoff, backoffMs } from "../base/backoff.js";
import type { Logger } from "../base/log/logger.js";
import type { Slot } from "../dispatch/dispatcher.js";
import type { Claim } from "../model/queue.js";
import type { RunRecord } from "../model/record.js";
import type { RunReply } from "../model/run.js";
import { endedRecord, killedReply, specOf } from "./records-of.js";

/** Parts that the execution of claimed runs needs. */
export interface ExecutionOptions {
  node: () => string;
  /** Does a worker of this node execute that run for a peer? */
  isIncoming?(uuid: string): boolean;
  /** Does a claimed run hold what it needs besides a worker (its unique name)? If not it is requeued. */
  mayStart(claim: Claim): Promise<boolean>;
  /** The execution of a claimed run begins here; and ends. */
  entered(record: RunRecord): void;
  left(uuid: string): void;
  log: Pick<Logger, "warn" | "error">;
}

/** Pause before a run that cannot be started now is tried again, ms. */
const RETRY_MS = 1000;
/** Pauses before further attempts of a failed run. */
const RETRIES: Backoff = { firstMs: 1000, longestMs: 60_000 };

const INTERRUPTED = "interrupted: its node ended it without a request to do so";

/**
 * Executes claimed runs on workers that were reserved for them. An execution acts under its own claim: it ends no other
 * execution of the same run, and its outcome counts only while the claim is held. A lost claim ends the execution,
 * never the run.
 */
export class Execution {
  private readonly underWay = new Set<Promise<void>>();
  /** The last execution of each run under way. */
  private readonly last = new Map<string, Promise<void>>();

  constructor(private readonly options: ExecutionOptions) {}

  /** Executes a run and stores its outcome. Never rejects: failures are logged, and the run is requeued. */
  start(claim: Claim, slot: Slot): Promise<void> {
    const { uuid } = claim.run.record;
    // This node may have the run again before its earlier execution, whose claim was lost, is over.
    const before = this.last.get(uuid);
    const done = (before === undefined ? this.execute(claim, slot) : before.then(() => this.execute(claim, slot)))
      .catch(async (error: unknown) => {
        this.options.log.error({ uuid, err: error }, "cannot start a run or store its end");
        slot.release();
        await claim.release(RETRY_MS);
      })
      .catch((error: unknown) => this.options.log.error({ uuid, err: error }, "cannot return a run to the queue"))
      .finally(() => {
        this.underWay.delete(done);
        if (this.last.get(uuid) === done) this.last.delete(uuid);
      });
    this.underWay.add(done);
    this.last.set(uuid, done);
    return done;
  }

  /** Resolves when no execution is under way. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private async execute(claim: Claim, slot: Slot): Promise<void> {
    const { record: before, text, args } = claim.run;
    const now = Date.now();
    const record: RunRecord = {
      ...before,
      state: "running",
      attempt: before.attempt + 1,
      claimedAt: now,
      startedAt: now,
      route: `${this.options.node()}>worker`,
      errors: [],
    };
    const mayStart = this.options.isIncoming?.(record.uuid) !== true && (await this.options.mayStart(claim));
    if (!mayStart) {
      slot.release();
      return claim.release(RETRY_MS);
    }
    // On the disk before the run begins: a node that is killed now must not execute it again unless that is allowed.
    if (!(await claim.started(record))) return slot.release();
    // The write may have taken long, and another node may hold the name by now.
    if (!(await this.options.mayStart(claim))) {
      slot.release();
      return claim.release(RETRY_MS);
    }
    if (claim.signal.aborted) {
      slot.release();
      return this.finish(claim, record, killedReply(record));
    }
    const reply = slot.run(specOf(record, text, args));
    // Its worker died before: another one will do.
    if (reply === undefined) return claim.release();
    this.options.entered(record);
    const kill = (): void => slot.kill();
    claim.signal.addEventListener("abort", kill);
    try {
      const end = await reply;
      // The peer that had reserved its worker was lost before it could begin.
      if (end === undefined) return await claim.release();
      await this.finish(claim, record, end);
    } finally {
      claim.signal.removeEventListener("abort", kill);
      this.options.left(record.uuid);
    }
  }

  private async finish(claim: Claim, record: RunRecord, reply: RunReply): Promise<void> {
    const route = `${this.options.node()}>${reply.route}`;
    if (claim.signal.reason === "lost") return this.drop(record);
    const end =
      reply.endedBy === "killed" && claim.signal.reason !== "killed" ? interruptedReply(reply, record) : reply;
    const ended = endedRecord(record, { ...end, route }, claim.run.resultTtlMs);
    const hasFailed = ended.state === "failed" || ended.state === "interrupted";
    const isKept =
      hasFailed && record.attempt <= record.retries
        ? await claim.retry(again(ended), backoffMs(record.attempt, RETRIES))
        : await claim.complete({ record: ended, result: reply.result });
    if (!isKept) this.drop(record);
  }

  private drop({ uuid, attempt }: RunRecord): void {
    this.options.log.warn({ uuid, attempt }, "discarded the outcome of an execution: its claim was lost");
  }
}

/** Turns an end that nobody requested into an interruption: the node stops, or the claim was lost. */
function interruptedReply(reply: RunReply, { file }: RunRecord): RunReply {
  const errors = reply.state === "interrupted" ? reply.errors : [{ name: file, error: [INTERRUPTED] }];
  return { ...reply, state: "interrupted", errors };
}

/** Record for the next attempt, with the errors of the failed one. */
function again(ended: RunRecord): RunRecord {
  const { endedAt, endedBy, exitCode, resultBytes, expiresAt, ...record } = ended;
  return { ...record, state: "accepted" };
}
