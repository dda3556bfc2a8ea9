import { setTimeout as delay } from "node:timers/promises";
import { jitteredMs } from "../../base/backoff.js";
import { ServiceError } from "../../base/errors.js";
import type { JsonText } from "../../base/json/json-text.js";
import type { Logger } from "../../base/log/logger.js";
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
import type { FoundRun, RunStore } from "../../model/store.js";
import type { UniqueNames } from "../../store/unique-names.js";
import { Listeners } from "../listeners.js";
import { Waiters } from "../waiters.js";
import { HandedRuns } from "./handed-runs.js";
import { Ownership } from "./ownership.js";
import { killedRecord, missingFileRecord, recoveryOf } from "./recovery.js";
import { type ClaimKeeper, SpoolClaim } from "./spool-claim.js";
import { type Entry, entryOf, wholeRun } from "./spool-entry.js";
import { Output } from "./spool-output.js";
import type { SpoolPeers } from "./spool-peers.js";
import { Takeover } from "./takeover.js";
import { WaitingRuns } from "./waiting-runs.js";

/** Pause before the recovery of the work folder is tried again, ms. */
const RECOVERY_RETRY_MS = 500;
/** Interval of checks for dead nodes, ms. */
const TAKEOVER_EVERY_MS = 5000;
const NOT_OWNER = "it has not loaded the runs of its work folder yet";

/** Parts and options of a spool, besides its store. */
export interface SpoolOptions {
  /** `host:port` of this node. */
  node: () => string;
  /** Of the work folder. */
  names: Pick<UniqueNames, "acquire" | "leaseMs">;
  log: Pick<Logger, "info" | "warn" | "error">;
  /** Nodes that may take waiting runs when this one stops; default: none. */
  peers?: SpoolPeers;
  /** KILLGRACE, ms: waiting runs are handed out within about that time. */
  graceMs?: number;
  /** Interval of checks for dead nodes, ms. Default 5000. */
  takeoverEveryMs?: number;
}

/** The queue of one node in its work folder: the order is in memory, each change of a run is in the store first. */
export class SpoolQueue implements RunQueue, ClaimKeeper {
  readonly kind = "spool";
  readonly isShared = false;
  /** Accepted runs that have not ended. */
  private readonly entries = new Map<string, Entry>();
  private readonly accepting = new Map<string, Promise<void>>();
  private readonly claims = new Map<string, SpoolClaim>();
  private readonly waiting = new WaitingRuns(() => this.waiters.wake());
  private readonly listeners = new Listeners();
  private readonly waiters = new Waiters();
  private readonly stopLog: () => void;
  private sequence = 0;
  private tokens = 0;
  private redeliveries = 0;
  private hasOwnership = false;
  private readonly ownership: Ownership;
  private readonly takeover: Takeover;
  /** Runs that another node may have. */
  private readonly handed: HandedRuns;
  private readonly output: Output;
  private readonly closing = new AbortController();

  constructor(
    private readonly store: RunStore,
    private readonly options: SpoolOptions,
  ) {
    const { names, node, log, peers, graceMs, takeoverEveryMs: everyMs = TAKEOVER_EVERY_MS } = options;
    this.ownership = new Ownership(names);
    const isOwner = (): Promise<boolean> => this.isOwner();
    const takeOverRun = (run: FoundRun): Promise<void> => this.recoverRun(run, true);
    const shared = { store, isOwner, log };
    this.takeover = new Takeover({ ...shared, ownership: this.ownership, node, takeOverRun, everyMs });
    const back = (run: FoundRun): Promise<void> => this.recoverRun(run, false);
    this.handed = new HandedRuns({ ...shared, peers, graceMs, back });
    this.output = new Output({
      store,
      hasClaim: (uuid) => this.claims.has(uuid),
      isConfirmed: () => this.hasOwnership && this.ownership.isConfirmed,
      confirm: isOwner,
    });
    this.stopLog = store.onLog((uuid) => this.listeners.emit({ kind: "log", uuid }));
  }

  async start(): Promise<void> {
    if (!(await this.recover())) void this.recoverLater();
  }

  trouble(): string | undefined {
    return this.store.trouble() ?? (this.hasOwnership ? undefined : NOT_OWNER);
  }

  async submit(run: QueuedRun): Promise<void> {
    const { uuid } = run.record;
    if (this.entries.has(uuid)) return;
    if (!(await this.isOwner())) throw new ServiceError("not_ready", { reason: NOT_OWNER });
    const accepting = this.accepting.get(uuid) ?? this.accept(run).finally(() => this.accepting.delete(uuid));
    this.accepting.set(uuid, accepting);
    return accepting;
  }

  async whenWork(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.hasOwnership || !this.waiting.hasReady) await this.waiters.wait(signal);
  }

  async claim(uuid?: string): Promise<Claim | undefined> {
    if (this.closing.signal.aborted || !this.hasOwnership) return undefined;
    const wanted = uuid === undefined ? undefined : this.entries.get(uuid);
    if (uuid !== undefined && wanted === undefined) return undefined;
    const entry = wanted === undefined ? this.waiting.take() : this.waiting.takeOne(wanted);
    if (entry === undefined) return undefined;
    const claim = new SpoolClaim(entry, String(++this.tokens).padStart(12, "0"), this);
    this.claims.set(entry.run.record.uuid, claim);
    return entry.isOnDisk ? this.load(entry, claim) : claim;
  }

  async cancel(uuid: string): Promise<"waiting" | "running" | "ended" | "unknown"> {
    const claim = this.claims.get(uuid);
    if (claim !== undefined) {
      claim.kill();
      return "running";
    }
    const entry = this.entries.get(uuid);
    if (entry !== undefined && this.waiting.remove(entry)) {
      if (await this.ended(entry, { record: killedRecord(entry.run), result: "null" })) return "waiting";
      throw new ServiceError("not_ready", { reason: NOT_OWNER });
    }
    this.handed.check(uuid);
    // Neither waiting nor claimed: its end is being written.
    return entry !== undefined || (await this.store.get(uuid)) !== undefined ? "ended" : "unknown";
  }

  async get(uuid: string): Promise<RunRecord | undefined> {
    const known = this.entries.get(uuid)?.run.record;
    if (known === undefined) return this.store.get(uuid);
    // The end is on the disk, where other nodes read it, before the entry goes; and another node may have ended it.
    const kept = await this.store.get(uuid);
    return kept !== undefined && isTerminal(kept.state) ? kept : known;
  }

  sentTo(uuid: string): string | undefined {
    return this.handed.takerOf(uuid);
  }

  result(uuid: string): Promise<JsonText | undefined> {
    return this.store.result(uuid);
  }

  list(filter: RunFilter): Promise<RunPage> {
    return this.store.list(filter);
  }

  /** The work folder removes it with the end. */
  async payload(): Promise<undefined> {
    return undefined;
  }

  async counts(): Promise<QueueCounts> {
    const running = this.claims.size;
    let oldest = Number.POSITIVE_INFINITY;
    for (const [uuid, { run }] of this.entries) {
      if (!this.claims.has(uuid)) oldest = Math.min(oldest, run.record.acceptedAt);
    }
    return {
      waiting: this.entries.size - running,
      running,
      oldestWaitingMs: oldest === Number.POSITIVE_INFINITY ? 0 : Math.max(0, Date.now() - oldest),
      ended: this.store.counts(),
      redeliveries: this.redeliveries,
    };
  }

  appendLog(uuid: string, line: string): void {
    this.output.append(uuid, line);
  }

  readLog(uuid: string, from: string | undefined): Promise<LogChunk | undefined> {
    return this.store.readLog(uuid, from);
  }

  update(record: RunRecord): Promise<void> {
    return this.store.update(record);
  }

  async remove(uuid: string): Promise<boolean> {
    return !this.entries.has(uuid) && (await this.store.remove(uuid));
  }

  onEvent(listener: (event: QueueEvent) => void): () => void {
    return this.listeners.add(listener);
  }

  /** Hands waiting runs to other nodes: this node stops, and starts no more runs. */
  async handOut(): Promise<void> {
    this.waiting.clear();
    const waiting = [...this.entries.values()].filter(({ run }) => !this.claims.has(run.record.uuid));
    if (this.hasOwnership) await this.handed.handOut(waiting, (uuid) => void this.entries.delete(uuid));
  }

  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    this.waiting.clear();
    this.stopLog();
    for (const claim of this.claims.values()) claim.lose();
    await Promise.allSettled(this.accepting.values());
    await this.takeover.stop();
    await this.handed.stop();
    await this.ownership.end();
  }

  async started(entry: Entry, record: RunRecord): Promise<boolean> {
    if (!(await this.isOwner())) return false;
    const fence = await this.store.write(record, entry.fence, { isDurable: true });
    if (fence === undefined) return this.refused(entry);
    entry.fence = fence;
    this.change(entry, record);
    // The write may have taken long, and another node may own the run by now.
    return this.isOwner();
  }

  async returned(entry: Entry, record: RunRecord, dueAt: number): Promise<boolean> {
    if (!(await this.isOwner())) return false;
    // Need not be durable: a run whose start is lost would be decided again at the next start.
    if (entry.run.record !== record) {
      const fence = await this.store.write(record, entry.fence, { isDurable: false });
      if (fence === undefined) return this.refused(entry);
      entry.fence = fence;
    }
    this.claims.delete(record.uuid);
    this.waiting.release(entry);
    this.change(entry, record);
    entry.dueAt = dueAt;
    if (!this.closing.signal.aborted) this.waiting.add(entry);
    return true;
  }

  async ended(entry: Entry, { record, result }: RunOutcomeRecord, isFileGone = false): Promise<boolean> {
    if (!(await this.isOwner())) return false;
    if (!(await this.store.end(record, result, entry.fence, isFileGone))) return this.refused(entry);
    this.claims.delete(record.uuid);
    this.entries.delete(record.uuid);
    this.waiting.release(entry);
    this.listeners.emit({ kind: "state", uuid: record.uuid, record });
    return true;
  }

  private async accept(run: QueuedRun): Promise<void> {
    if ((await this.store.get(run.record.uuid)) !== undefined) return;
    await this.store.accept(run);
    this.enter(run, 0);
    this.listeners.emit({ kind: "state", uuid: run.record.uuid, record: run.record });
  }

  /** Loads text and arguments of a claimed run from the disk. */
  private async load(entry: Entry, claim: SpoolClaim): Promise<SpoolClaim | undefined> {
    const run = await wholeRun(entry, this.store);
    if (run !== undefined) {
      claim.run = run;
      return claim;
    }
    claim.lose();
    await this.ended(entry, { record: missingFileRecord(entry.run), result: "null" }, true);
    return undefined;
  }

  private enter(run: QueuedRun, fence: number): void {
    const entry = entryOf(run, fence, ++this.sequence);
    this.entries.set(run.record.uuid, entry);
    this.waiting.add(entry);
  }

  /**
   * Takes ownership of this node's runs, and recovers those of an earlier process. Nothing is accepted before: all runs
   * found are the earlier process's.
   * @returns false when that has to be tried again
   */
  private async recover(): Promise<boolean> {
    try {
      if (!(await this.ownership.begin(this.options.node(), () => this.lose()))) return false;
      for (const run of await this.store.unfinished()) {
        if (!this.entries.has(run.record.uuid)) await this.recoverRun(run, false);
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      this.options.log.warn({ err: error }, "cannot load the runs of the work folder yet");
      return false;
    }
    this.hasOwnership = true;
    this.handed.start();
    this.waiters.wake();
    this.takeover.start();
    return true;
  }

  private async recoverLater(): Promise<void> {
    const { signal } = this.closing;
    try {
      do await delay(jitteredMs(RECOVERY_RETRY_MS), undefined, { signal });
      while (!(await this.recover()));
    } catch (error) {
      if (!signal.aborted) this.options.log.error({ err: error }, "cannot load the runs of the work folder");
    }
  }

  /** Does this process still own the runs of this node? */
  private async isOwner(): Promise<boolean> {
    if (!this.hasOwnership) return false;
    if (await this.ownership.isHeld()) return true;
    this.lose();
    return false;
  }

  /** Starts over without any runs: this process was suspended, and another node has taken over all of them. */
  private lose(): void {
    if (!this.hasOwnership || this.closing.signal.aborted) return;
    this.hasOwnership = false;
    this.options.log.warn(
      { runs: this.entries.size },
      "another node took over the runs of this node, which was suspended",
    );
    this.waiting.clear();
    this.store.disown([...this.entries.keys()]);
    this.entries.clear();
    this.handed.clear();
    for (const claim of this.claims.values()) claim.lose();
    this.claims.clear();
    this.listeners.emit({ kind: "missed" });
    void this.recoverLater();
  }

  /**
   * Queues or ends a run that was found in the work folder.
   * @param isOthers it was a dead node's; this node takes it over, unless it was changed meanwhile
   */
  private async recoverRun(found: FoundRun, isOthers: boolean): Promise<void> {
    const { store, handed } = this;
    const run = isOthers ? { ...found, record: { ...found.record, node: this.options.node() } } : found;
    const { handOver } = run;
    const { kind, record } = handOver === undefined ? recoveryOf(run) : { kind: "handed", record: run.record };
    const { uuid } = record;
    let fence: number | undefined = run.fence;
    // The former owner may still write to the file.
    if (isOthers && found.record.state === "running") await store.renewLog(uuid);
    if (kind === "ends") {
      if (!(await store.end(record, "null", fence))) return this.reload(uuid);
      return this.listeners.emit({ kind: "state", uuid, record });
    }
    if (isOthers || kind === "again") fence = await store.write(record, fence, { isDurable: true, handOver });
    // The owner lives, or another node was faster.
    if (fence === undefined) return this.reload(uuid);
    if (kind === "handed") {
      handed.add({ ...run, fence });
      return handed.start();
    }
    if (kind === "again") this.redeliveries++;
    this.enter({ ...run, record }, fence);
    if (isOthers) this.listeners.emit({ kind: "state", uuid, record });
  }

  /** Drops a run of this node that another node has changed. */
  private async refused(entry: Entry): Promise<false> {
    const { uuid } = entry.run.record;
    this.options.log.warn({ uuid }, "a run now belongs to another node, or has ended there");
    this.claims.get(uuid)?.lose();
    if (this.entries.get(uuid) === entry) {
      this.claims.delete(uuid);
      this.entries.delete(uuid);
      this.waiting.release(entry);
    }
    this.ownership.suspect();
    const record = await this.store.get(uuid);
    if (record !== undefined) this.listeners.emit({ kind: "state", uuid, record });
    if (await this.isOwner()) await this.reload(uuid);
    return false;
  }

  /** Reads a changed run again: an earlier process of this node, which died meanwhile, may have left it to this one. */
  private async reload(uuid: string): Promise<void> {
    if (!(await this.ownership.isHeld()) || this.entries.has(uuid)) return;
    const found = await this.store.accepted(uuid);
    if (found?.record.node === this.options.node()) await this.recoverRun(found, false);
  }

  private change(entry: Entry, record: RunRecord): void {
    entry.run = { ...entry.run, record };
    this.listeners.emit({ kind: "state", uuid: record.uuid, record });
  }
}
