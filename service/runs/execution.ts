import type { Slot } from "../dispatch/dispatcher.js";
import type { RunReply } from "../dispatch/run.js";
import type { Logger } from "../log.js";
import type { Claim } from "../queue/contract.js";
import type { RunRecord } from "./record.js";
import { endedRecord, killedReply, specOf } from "./records-of.js";

/** What executing claimed runs takes. */
export interface ExecutionOptions {
  node: () => string;
  /** Ends a run of this node's workers with everything it started; false when none of them has it. */
  kill(uuid: string): boolean;
  /** Does a claimed run hold what it needs besides a worker (its unique name)? If not it goes back in line. */
  mayStart(claim: Claim): Promise<boolean>;
  /** A claimed run begins to be executed here, and is over. */
  entered(record: RunRecord): void;
  left(uuid: string): void;
  log: Pick<Logger, "warn" | "error">;
}

/** Pause before a run that cannot be started now is looked at again, ms. */
const AGAIN_MS = 1000;
/** Pause before the first further attempt of a failed run, ms; each one after it waits twice as long. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

/** Executes claimed runs on workers that were set aside for them. */
export class Execution {
  private readonly underWay = new Set<Promise<void>>();
  private isInterrupted = false;

  constructor(private readonly options: ExecutionOptions) {}

  /** Executes a run and keeps what became of it. Never rejects: trouble is logged, and the run goes back in line. */
  start(claim: Claim, slot: Slot): Promise<void> {
    const { uuid } = claim.run.record;
    const done = this.execute(claim, slot)
      .catch(async (error: unknown) => {
        this.options.log.error({ uuid, err: error }, "a run could not be started or its end not be kept");
        slot.release();
        await claim.release(AGAIN_MS);
      })
      .catch((error: unknown) => this.options.log.error({ uuid, err: error }, "a run could not be put back in line"))
      .finally(() => this.underWay.delete(done));
    this.underWay.add(done);
    return done;
  }

  /** What is killed from now on without being asked for was interrupted, as its node stops. */
  interrupt(): void {
    this.isInterrupted = true;
  }

  /** Resolves when nothing is under way. */
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
    if (!(await this.options.mayStart(claim))) {
      slot.release();
      return claim.release(AGAIN_MS);
    }
    // On the disk before the run begins: a node that is killed now must not run it again unless it may.
    if (!(await claim.started(record))) return slot.release();
    if (claim.signal.aborted) {
      slot.release();
      return this.finish(claim, record, killedReply(record));
    }
    const reply = slot.run(specOf(record, text, args));
    // Its worker died before: another one will do.
    if (reply === undefined) return claim.release();
    this.options.entered(record);
    const kill = (): void => void this.options.kill(record.uuid);
    claim.signal.addEventListener("abort", kill);
    try {
      const end = await reply;
      // Another node had set its worker aside, and was lost before it could begin.
      if (end === undefined) return await claim.release();
      await this.finish(claim, record, end);
    } finally {
      claim.signal.removeEventListener("abort", kill);
      this.options.left(record.uuid);
    }
  }

  private async finish(claim: Claim, record: RunRecord, reply: RunReply): Promise<void> {
    const route = `${this.options.node()}>${reply.route}`;
    const isInterrupted = this.isInterrupted && reply.endedBy === "killed" && !claim.signal.aborted;
    const state = isInterrupted ? "interrupted" : reply.state;
    const ended = endedRecord(record, { ...reply, state, route }, claim.run.resultTtlMs);
    const hasFailed = state === "failed" || state === "interrupted";
    const isKept =
      hasFailed && record.attempt <= record.retries
        ? await claim.retry(again(ended), retryDelayMs(record.attempt))
        : await claim.complete({ record: ended, result: reply.result });
    if (!isKept) this.options.log.warn({ uuid: record.uuid }, "what became of a run is dropped: its claim was lost");
  }
}

/** In line again, with the errors of the attempt that failed. */
function again(ended: RunRecord): RunRecord {
  const { endedAt, endedBy, exitCode, resultBytes, expiresAt, ...record } = ended;
  return { ...record, state: "accepted" };
}

function retryDelayMs(attempt: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS);
}
