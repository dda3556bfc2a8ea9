import { setTimeout as delay } from "node:timers/promises";
import { jitteredMs } from "../../base/backoff.js";
import { ServiceError } from "../../base/errors.js";
import type { JsonText } from "../../base/json/json-text.js";
import type { Claim, QueueCounts, QueueEvent, RunQueue } from "../../model/queue.js";
import {
  isTerminal,
  type LogChunk,
  type QueuedRun,
  type RunFilter,
  type RunOutcomeRecord,
  type RunPage,
  type RunRecord,
} from "../../model/record.js";
import { Listeners } from "../listeners.js";
import { endedWithoutWorker } from "../without-worker.js";
import type { Backend, Given, Keeping, Message } from "./backend.js";
import { BrokerClaim, type ClaimKeeper } from "./broker-claim.js";
import { LogBuffer } from "./log-buffer.js";
import { Notifier } from "./notifier.js";
import type { SharedKeys } from "./shared-keys.js";

/**
 * Duration of a claim unless it is renewed, ms: the runs of a dead node go on elsewhere after at most this and a
 * renewal.
 */
const LEASE_MS = 6_000;
const RENEW_MS = 2_000;
/** A claim confirmed longer ago is confirmed again before it is used: this process may have been suspended, ms. */
const CONFIRMED_MS = LEASE_MS / 2;
/** Without a call of any node for so long the broker was away, and all claims get their time again, ms. */
const SILENCE_MS = 2 * RENEW_MS;
/** Longest wait of a starting node for the broker, ms. */
const CONNECT_MS = 2_000;
const CLEAN_MS = 30_000;
const CLEAN_AT_ONCE = 500;
/** Most bytes of a chunk of log. */
const LOG_CHUNK = 256 * 1024;
/** Pause before a failed write of an end is tried again, ms. */
const STORE_RETRY_MS = 500;
/** Longest time to try to write the end of a run while the broker is away, ms. */
const STORE_LIMIT_MS = 10 * 60_000;
const KILLED = "killed: by request, before it was started";
const KILLED_WITH_NODE = "killed: by request, and its node had ended";
const INTERRUPTED = "interrupted: its node ended while it ran";

export interface BrokerQueueOptions {
  /** Retention of ended runs, and of logs, ms; 0: no limit. */
  resultTtlMs: number;
  logTtlMs: number;
  /** Most ended runs kept; 0: no limit. */
  keepRuns: number;
  /** Interval of renewals and recovery, ms; default 2000. */
  maintainMs?: number;
  /** Elapsed ms, also while this process was suspended; default `performance.now`. */
  clock?: () => number;
  log: { warn(fields: object, message: string): void };
}

/** Queue in a broker that all nodes of the cluster share. Everything specific to a broker is in its {@link Backend}. */
export class BrokerQueue implements RunQueue, ClaimKeeper {
  readonly isShared = true;
  private readonly notifier = new Notifier();
  private readonly claims = new Map<string, BrokerClaim>();
  private readonly listeners = new Listeners();
  private readonly logs: LogBuffer;
  private renewTimer: NodeJS.Timeout | undefined;
  private cleanTimer: NodeJS.Timeout | undefined;
  private isClosed = false;
  private readonly clock: () => number;
  /** The last maintenance: they do not overlap. */
  private maintenance: Promise<void> = Promise.resolve();

  constructor(
    private readonly backend: Backend,
    private readonly options: BrokerQueueOptions,
  ) {
    this.clock = options.clock ?? (() => performance.now());
    this.logs = new LogBuffer((uuid, text) => backend.appendLog(uuid, text, options.logTtlMs));
  }

  get kind(): string {
    return this.backend.kind;
  }

  /** Shared keys of the nodes beside the runs. */
  get sharedKeys(): SharedKeys {
    return this.backend.sharedKeys;
  }

  async start(): Promise<void> {
    const connected = new Promise<void>((resolve) => {
      this.backend.listen(
        (message) => this.take(message),
        () => {
          this.notifier.notify();
          resolve();
          this.catchUp();
        },
      );
    });
    this.backend.start();
    // The node starts without the broker, too: it logs that it is missing, and tries again.
    await Promise.race([connected, delay(CONNECT_MS, undefined, { ref: false })]);
    this.renewLater();
    this.cleanLater();
  }

  trouble(): string | undefined {
    return this.backend.trouble();
  }

  async submit(run: QueuedRun): Promise<void> {
    await this.backend.submit(run);
  }

  whenWork(signal: AbortSignal): Promise<void> {
    return this.notifier.wait(signal);
  }

  async claim(uuid?: string): Promise<Claim | undefined> {
    if (this.isClosed) return undefined;
    // Reset before the request: a message during it must not be missed.
    if (uuid === undefined) this.notifier.reset();
    const askedAt = this.clock();
    const given = await this.backend.claim(LEASE_MS, uuid).catch((error: unknown) => {
      this.notifier.notifyIn(STORE_RETRY_MS);
      throw error;
    });
    if ("run" in given) {
      if (uuid === undefined) this.notifier.notify(); // where there was one there may be more
      return this.hold(given, askedAt);
    }
    if (uuid === undefined && given.waitMs !== undefined) this.notifier.notifyIn(given.waitMs);
    return undefined;
  }

  async cancel(uuid: string): Promise<"waiting" | "running" | "ended" | "unknown"> {
    const record = await this.backend.get(uuid);
    if (record === undefined) return "unknown";
    const errors = [{ name: record.file, error: [KILLED] }];
    const killed: RunRecord = { ...record, state: "killed", endedBy: "killed", errors, endedAt: Date.now() };
    return this.backend.cancel(uuid, killed, this.keeping(killed));
  }

  get(uuid: string): Promise<RunRecord | undefined> {
    return this.backend.get(uuid);
  }

  result(uuid: string): Promise<JsonText | undefined> {
    return this.backend.result(uuid);
  }

  list(filter: RunFilter): Promise<RunPage> {
    return this.backend.list(filter);
  }

  payload(uuid: string): Promise<Omit<QueuedRun, "record"> | undefined> {
    return this.backend.payload(uuid);
  }

  counts(): Promise<QueueCounts> {
    return this.backend.counts();
  }

  appendLog(uuid: string, line: string): void {
    this.logs.append(uuid, line);
  }

  async readLog(uuid: string, from: string | undefined): Promise<LogChunk | undefined> {
    const record = await this.backend.get(uuid);
    if (record === undefined) return undefined;
    const { bytes, from: start, hasMore } = await this.backend.readLog(uuid, from, LOG_CHUNK);
    const hasEnded = isTerminal(record.state);
    const end = hasEnded && !hasMore ? bytes.length : endOfLines(bytes);
    return {
      text: bytes.toString("utf8", 0, end),
      next: String(start + end),
      isEnd: hasEnded && !hasMore && end === bytes.length,
    };
  }

  update(record: RunRecord): Promise<void> {
    return this.backend.update(record);
  }

  remove(uuid: string): Promise<boolean> {
    return this.backend.forget(uuid);
  }

  onEvent(listener: (event: QueueEvent) => void): () => void {
    return this.listeners.add(listener);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.renewTimer);
    clearTimeout(this.cleanTimer);
    this.notifier.close();
    await Promise.allSettled([...this.claims.values()].map((claim) => claim.release()));
    this.logs.close();
    await this.backend.close();
  }

  async started(claim: BrokerClaim, record: RunRecord): Promise<boolean> {
    const isStarted = await this.whileHeld(claim, () => this.backend.started(record.uuid, claim.token, record));
    // The request may have taken long, and another node may have the run by now.
    while (isStarted && !claim.isLost && this.clock() - claim.confirmedAt > CONFIRMED_MS)
      await this.renewThese([claim]);
    return isStarted && !claim.isLost;
  }

  async complete(claim: BrokerClaim, { record, result }: RunOutcomeRecord): Promise<boolean> {
    await this.logs.flushed(record.uuid);
    claim.isEnding = true;
    const keep = () => this.backend.complete(record.uuid, claim.token, record, result, this.keeping(record));
    try {
      return await this.whileHeld(claim, () => this.untilStored(claim, keep));
    } finally {
      claim.isOver = true;
      this.forget(claim);
    }
  }

  async putBack(claim: BrokerClaim, record: RunRecord, delayMs: number): Promise<boolean> {
    const { uuid } = record;
    claim.isEnding = true;
    const keep = () => this.backend.putBack(uuid, claim.token, record, delayMs);
    try {
      return await this.whileHeld(claim, () => this.untilStored(claim, keep));
    } finally {
      claim.isOver = true;
      // A claim that cannot be given back is free when it expires.
      this.forget(claim);
    }
  }

  private hold(given: Given, askedAt: number): BrokerClaim {
    const claim = new BrokerClaim(given, this, askedAt);
    const { uuid } = given.run.record;
    const known = this.claims.get(uuid);
    // The broker gives a run out again only after the former claim was lost, whether this node knows that or not; and
    // the answer with the former claim may come last.
    if (known !== undefined && BigInt(known.token) > BigInt(claim.token)) {
      claim.lose();
      return claim;
    }
    if (known !== undefined) this.lose(known);
    this.claims.set(uuid, claim);
    return claim;
  }

  /** Runs an operation for a claim that this node believes to hold; marks the claim as lost when it is. */
  private async whileHeld(claim: BrokerClaim, act: () => Promise<boolean>): Promise<boolean> {
    if (claim.isLost || claim.isOver) return false;
    const isHeld = await act();
    if (!isHeld) this.lose(claim);
    return isHeld;
  }

  private lose(claim: BrokerClaim): void {
    this.forget(claim);
    claim.lose();
  }

  private forget(claim: BrokerClaim): void {
    const { uuid } = claim.run.record;
    if (this.claims.get(uuid) === claim) this.claims.delete(uuid);
  }

  /** The end of a run must not get lost because the broker is away for a while. */
  private async untilStored(claim: BrokerClaim, keep: () => Promise<boolean>): Promise<boolean> {
    const { uuid } = claim.run.record;
    const until = performance.now() + STORE_LIMIT_MS;
    for (;;) {
      if (claim.isLost) return false;
      try {
        return await keep();
      } catch (error) {
        const isAway = error instanceof ServiceError && error.code === "queue_unavailable";
        if (!isAway || this.isClosed || performance.now() > until) throw error;
        this.options.log.warn({ uuid, err: error }, "cannot store the end of a run: retrying");
        await delay(jitteredMs(STORE_RETRY_MS));
      }
    }
  }

  private keeping({ expiresAt, endedAt = Date.now() }: RunRecord): Keeping {
    const { resultTtlMs } = this.options;
    return { expiresAt: expiresAt ?? (resultTtlMs > 0 ? endedAt + resultTtlMs : undefined) };
  }

  private take(message: Message): void {
    switch (message.kind) {
      case "work":
        return this.notifier.notify();
      case "kill":
        return this.claims.get(message.uuid)?.kill();
      case "log":
        return this.listeners.emit({ kind: "log", uuid: message.uuid });
      case "state":
        return this.listeners.emit({ kind: "state", uuid: message.record.uuid, record: message.record });
    }
  }

  /** After each (new) connection: messages without it were missed. */
  private catchUp(): void {
    this.listeners.emit({ kind: "missed" });
    this.renew().catch((error: Error) => this.complain(error, "cannot renew claims"));
  }

  private renewLater(): void {
    if (this.isClosed) return;
    // Nodes that were started together must not poll together.
    const waitMs = (this.options.maintainMs ?? RENEW_MS) * (0.75 + Math.random() / 2);
    this.renewTimer = setTimeout(() => {
      this.maintain()
        .catch((error: Error) => this.complain(error, "cannot renew claims"))
        .finally(() => this.renewLater());
    }, waitMs);
  }

  /** Renews the claims of this node, then recovers those of dead nodes. Runs by itself at intervals. */
  maintain(): Promise<void> {
    const maintenance = this.maintenance.then(async () => {
      let trouble: unknown;
      await this.renew().catch((error: unknown) => {
        trouble = error;
      });
      // Runs also when a claim of this node cannot be renewed: runs without a holder must not wait for that.
      await this.reap();
      if (trouble !== undefined) throw trouble;
    });
    this.maintenance = maintenance.catch(() => undefined); // the caller gets the error
    return maintenance;
  }

  private async renew(): Promise<void> {
    const held = [...this.claims.values()];
    if (held.length > 0) await this.renewThese(held);
  }

  private async renewThese(held: readonly BrokerClaim[]): Promise<void> {
    const askedAt = this.clock();
    const answers = await this.backend.renew(
      LEASE_MS,
      SILENCE_MS,
      held.map(({ run, token }) => ({ uuid: run.record.uuid, token })),
    );
    for (const [index, claim] of held.entries()) {
      if (answers[index] !== "lost") claim.confirmedAt = askedAt;
      // A claim that ended during the renewal, or is about to end: the answer to its end shows whether it was lost.
      if (this.claims.get(claim.run.record.uuid) !== claim || claim.isEnding) continue;
      if (answers[index] === "lost") this.lose(claim);
      else if (answers[index] === "kill") claim.kill();
    }
  }

  /** Ends or requeues runs that the death of their node has interrupted. */
  private async reap(): Promise<void> {
    const isHeld = (uuid: string, token: string): boolean => this.claims.get(uuid)?.token === token;
    for (const { run, token, isToBeKilled = false } of await this.backend.reap(LEASE_MS, SILENCE_MS, isHeld)) {
      const { record } = run;
      if (!isToBeKilled && record.attempt <= record.retries) {
        await this.backend.putBack(record.uuid, token, { ...record, state: "accepted" }, 0);
        continue;
      }
      const errors = [...record.errors, { name: record.file, error: [isToBeKilled ? KILLED_WITH_NODE : INTERRUPTED] }];
      const end = isToBeKilled
        ? ({ state: "killed", endedBy: "killed" } as const)
        : ({ state: "interrupted", endedBy: "crash" } as const);
      const ended = endedWithoutWorker(run, { ...end, errors });
      await this.backend.complete(record.uuid, token, ended, "null", this.keeping(ended));
    }
  }

  private cleanLater(): void {
    if (this.isClosed) return;
    const waitMs = CLEAN_MS * (0.75 + Math.random() / 2);
    this.cleanTimer = setTimeout(() => {
      this.backend
        .clean(this.options.keepRuns, CLEAN_AT_ONCE)
        .catch((error: Error) => this.complain(error, "cannot remove ended runs"))
        .finally(() => this.cleanLater());
    }, waitMs).unref();
  }

  private complain(error: Error, message: string): void {
    if (!this.isClosed) this.options.log.warn({ queue: this.kind, err: error }, message);
  }
}

/** Offset after the last whole line; of a line longer than a chunk, after its last whole character. */
function endOfLines(bytes: Buffer): number {
  const end = bytes.lastIndexOf(10) + 1;
  if (end > 0 || bytes.length < LOG_CHUNK) return end;
  let cut = bytes.length - 1;
  while ((bytes[cut]! & 0xc0) === 0x80) cut--; // bytes that go on with a UTF-8 character
  return cut;
}
