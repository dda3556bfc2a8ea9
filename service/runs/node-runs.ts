import { setTimeout as delay } from "node:timers/promises";
import { ServiceError } from "../base/errors.js";
import type { JsonText } from "../base/json/json-text.js";
import type { Logger } from "../base/log/logger.js";
import type { Dispatcher, SlotOptions } from "../dispatch/dispatcher.js";
import type { RunIds } from "../dispatch/run-ids.js";
import type { QueueCounts, QueueEvent, RunQueue } from "../model/queue.js";
import { isTerminal, type LogChunk, type RunFilter, type RunPage, type RunRecord } from "../model/record.js";
import type { Lane, RunReply } from "../model/run.js";
import type { Runs, WantedRun } from "../model/runs.js";
import type { RunStore } from "../model/store.js";
import type { UniqueNames } from "../store/unique-names.js";
import { Acceptance } from "./acceptance.js";
import type { Callbacks } from "./callbacks.js";
import { Changes } from "./changes.js";
import { Consumer } from "./consumer.js";
import { Execution } from "./execution.js";
import { handOver } from "./hand-over.js";
import type { IdempotencyKeys } from "./idempotency.js";
import { Leases } from "./leases.js";
import { type List, listAll } from "./list-all.js";
import { readLog } from "./log-reader.js";
import type { ReceivedRuns } from "./received-runs.js";
import { recordAgain } from "./records-of.js";
import { ANY_RUN, startAhead } from "./start-ahead.js";
import { SyncRuns } from "./sync-runs.js";

/** Parts and options of the runs of a node. */
export interface RunsOptions {
  /** A function, because a free port is known only once the node listens; `host:port` of this node. */
  node: () => string;
  ids: RunIds;
  dispatcher: Dispatcher;
  /** Ends a run of this node's workers with everything it started; false when no worker has it. */
  kill(uuid: string): boolean;
  /** Does a worker of this node execute that run for a peer? Default: never. */
  isIncoming?(uuid: string): boolean;
  queue: RunQueue;
  store: RunStore;
  keys: IdempotencyKeys;
  callbacks: Callbacks;
  unique: UniqueNames;
  /** Runs that stopping nodes hand to this one. */
  taken: ReceivedRuns;
  log: Pick<Logger, "info" | "warn" | "error">;
}

/** Interval of polling runs of other nodes whose changes are not notified, while a caller waits for them, ms. */
const POLL_MS = 1000;

/** Longest wait of a stopping node for the ends of runs to be stored, ms. */
const STORE_ENDS_MS = 10_000;
/** Runs of these states may be submitted once more. */
const retriedStates: readonly RunRecord["state"][] = ["failed", "interrupted"];

/** The runs of a node: see {@link Runs}. */
export class NodeRuns implements Runs {
  private readonly changes = new Changes();
  private readonly sync: SyncRuns;
  private readonly execution: Execution;
  private readonly consumer: Consumer;
  private readonly leases: Leases;
  private readonly acceptance: Acceptance;
  /** Runs of the queue in workers of this node. */
  private readonly queued = new Set<string>();
  private readonly endListeners = new Set<(record: RunRecord) => void>();
  private readonly closing = new AbortController();
  private isDraining = false;

  constructor(private readonly options: RunsOptions) {
    const { queue, dispatcher, store, unique, log } = options;
    this.leases = new Leases(unique, log);
    this.acceptance = new Acceptance({ ...options, leases: this.leases, get: (uuid) => this.get(uuid) });
    this.sync = new SyncRuns({ ...options, ended: (record) => this.announceEnd(record) });
    this.execution = new Execution({
      ...options,
      mayStart: ({ run }) => this.leases.hold(run),
      entered: ({ uuid }) => void this.queued.add(uuid),
      left: (uuid) => {
        this.queued.delete(uuid);
        this.noteState(uuid);
      },
    });
    this.consumer = new Consumer(queue, dispatcher, this.execution, log);
    queue.onEvent((event) => this.notice(event));
    if (queue.isShared) store.onLog((uuid) => this.changes.note(`log ${uuid}`));
  }

  async start(): Promise<void> {
    const { queue, store, callbacks, node, log } = this.options;
    await queue.start();
    this.consumer.start();
    void callbacks.recover(node(), (uuid) => this.get(uuid));
    if (queue.isShared) {
      const handing = handOver({ queue, store, callbacks, log }, this.closing.signal);
      handing.catch((error: unknown) => log.error({ err: error }, "cannot hand over the runs of the work folder"));
    }
  }

  async run(wanted: WantedRun): Promise<RunReply> {
    const uuid = this.options.ids.next(wanted.settings.name);
    if (wanted.settings.unique) await this.leases.take(wanted.settings.name, uuid);
    try {
      return await this.sync.run(wanted, uuid, this.laneOf(wanted));
    } finally {
      await this.leases.release(uuid);
      this.noteState(uuid);
    }
  }

  async submit(wanted: WantedRun): Promise<{ record: RunRecord; isNew: boolean }> {
    if (this.isDraining) throw new ServiceError("draining");
    const accepted = await this.acceptance.submit(wanted);
    if (accepted.isNew && (wanted.lane !== undefined || wanted.isWaitedFor))
      this.startSoon(accepted.record.uuid, wanted);
    return accepted;
  }

  async wait(
    uuid: string,
    waitMs: number,
    { signal, waiter }: { signal?: AbortSignal; waiter?: string } = {},
  ): Promise<RunRecord | undefined> {
    if (waiter === undefined || !this.holdsWorker(waiter)) return this.untilEnded(uuid, waitMs, signal);
    const over = new AbortController();
    const until = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
    const started = this.startAhead(uuid, { lane: "nested", nested: { parent: waiter, child: uuid } }, until);
    try {
      const ended = this.untilEnded(uuid, waitMs, until);
      // A run that may not be started ahead must fail for the waiter alone.
      return await Promise.race([ended, started.then(() => ended)]);
    } finally {
      over.abort();
    }
  }

  async get(uuid: string): Promise<RunRecord | undefined> {
    const { queue, store } = this.options;
    const live = this.sync.get(uuid);
    if (live !== undefined) return live;
    try {
      return (await queue.get(uuid)) ?? (await store.get(uuid));
    } catch (error) {
      // Records in the store need no queue.
      const kept = queue.isShared ? await store.get(uuid) : undefined;
      if (kept === undefined) throw error;
      return kept;
    }
  }

  async list(filter: RunFilter): Promise<RunPage> {
    const live = filter.cursor === undefined ? this.sync.list(filter).slice(0, filter.limit - 1) : [];
    const { queue, store } = this.options;
    const rest = { ...filter, limit: filter.limit - live.length };
    const lists: List[] = [(wanted) => queue.list(wanted), (wanted) => store.list(wanted)];
    const page = queue.isShared ? await listAll(rest, lists) : await queue.list(rest);
    return { ...page, runs: [...live, ...page.runs].sort((a, b) => b.acceptedAt - a.acceptedAt) };
  }

  async result(uuid: string): Promise<JsonText | undefined> {
    const { queue, store } = this.options;
    return (await queue.result(uuid)) ?? (await store.result(uuid));
  }

  async remove(uuid: string): Promise<boolean> {
    const { queue, store } = this.options;
    if (this.sync.has(uuid)) return false;
    return (await queue.remove(uuid)) || (await store.remove(uuid));
  }

  log(uuid: string, options: { from?: string; follow: boolean; signal?: AbortSignal }): AsyncIterable<LogChunk> {
    const { queue, store } = this.options;
    return readLog(uuid, options, {
      changes: this.changes,
      get: (id) => this.get(id),
      read: async (id, from) => (await queue.readLog(id, from)) ?? store.readLog(id, from),
      pollMs: (record) => this.pollMs(record),
      isOver: (id) => this.isDraining && !this.isRunning(id),
    });
  }

  async kill(uuid: string): Promise<"killed" | "ended" | "unknown"> {
    if (this.sync.has(uuid)) {
      this.sync.kill(uuid);
    } else {
      const was = await this.options.queue.cancel(uuid);
      if (was === "waiting") return "killed";
      if (was === "unknown") return (await this.get(uuid)) === undefined ? "unknown" : "ended";
      if (was === "ended") return "ended";
    }
    const record = await this.untilEnded(uuid, Number.POSITIVE_INFINITY);
    return record?.state === "killed" && record.endedBy === "killed" ? "killed" : "ended";
  }

  counts(): Promise<QueueCounts> {
    return this.options.queue.counts();
  }

  /** Runs that stopping nodes hand to this one. */
  get taken(): ReceivedRuns {
    return this.options.taken;
  }

  get queueKind(): string {
    return this.options.queue.kind;
  }

  sentTo(uuid: string): string | undefined {
    return this.options.queue.sentTo?.(uuid);
  }

  knowsAll(record: RunRecord): boolean {
    return this.pollMs(record) === undefined;
  }

  async retry(uuid: string, by: string): Promise<RunRecord> {
    const { ids, node, queue } = this.options;
    if (this.isDraining) throw new ServiceError("draining");
    const record = await this.get(uuid);
    if (record === undefined) throw new ServiceError("unknown_run", { uuid }, { uuid });
    const refuse = (reason: string): never => {
      throw new ServiceError("not_retriable", { uuid, reason }, { uuid });
    };
    if (!retriedStates.includes(record.state)) return refuse(`it is ${record.state}, not failed or interrupted`);
    const run = await queue.payload(uuid);
    if (run === undefined) return refuse(`its oJob and arguments are not kept (queue '${queue.kind}')`);
    const again = recordAgain(record, ids.next(record.name), node(), by);
    await queue.submit({ ...run, record: again });
    return again;
  }

  trouble(): string | undefined {
    return this.options.queue.trouble() ?? this.options.store.trouble();
  }

  onEnd(listener: (record: RunRecord) => void): () => void {
    this.endListeners.add(listener);
    return () => void this.endListeners.delete(listener);
  }

  running(): string[] {
    return [...this.sync.uuids(), ...this.queued];
  }

  /** Adds a line of output of a run. */
  output(uuid: string, line: string): void {
    if (this.sync.has(uuid)) this.options.store.appendLog(uuid, line);
    else this.options.queue.appendLog(uuid, line);
  }

  drain(): void {
    this.isDraining = true;
    this.closing.abort();
    this.consumer.stop();
    // Notifies waiters of runs that will not be started.
    this.changes.noteAll();
  }

  /** Ends the runs that are still executed, that is by other nodes: the time of this node to stop is over. */
  interrupt(): void {
    for (const uuid of this.running()) this.options.kill(uuid);
  }

  async close(): Promise<void> {
    this.drain();
    this.interrupt();
    const { queue, callbacks, keys, unique, store } = this.options;
    const settled = this.execution.settled();
    // A broker that is away, or a disk that is full, is not waited for without limit: other nodes, or the next process,
    // end the rest.
    await Promise.race([settled, delay(STORE_ENDS_MS, undefined, { ref: false })]);
    await queue.handOut?.();
    await callbacks.close();
    keys.close();
    await unique.close();
    // Last: names and callbacks may be stored with the runs.
    await queue.close();
    await store.close();
  }

  /** A management job must not wait for the runs it may be about, nor a request for runs that no request waits for. */
  private startSoon(uuid: string, { lane }: WantedRun): void {
    this.startAhead(uuid, { lane }, this.closing.signal).catch((error: unknown) => {
      this.options.log.error({ uuid, err: error }, "cannot start a run before its turn in the queue");
    });
  }

  private startAhead(uuid: string, lane: Pick<SlotOptions, "lane" | "nested">, until: AbortSignal): Promise<void> {
    const { execution, changes } = this;
    const mayStart = (record: RunRecord): boolean => this.pollMs(record) === undefined;
    return startAhead(uuid, lane, until, { ...this.options, execution, changes, mayStart });
  }

  private async untilEnded(uuid: string, waitMs: number, signal?: AbortSignal): Promise<RunRecord | undefined> {
    const until = performance.now() + waitMs;
    const watch = this.changes.watch(uuid);
    try {
      for (;;) {
        const record = await this.get(uuid);
        const leftMs = until - performance.now();
        if (record === undefined || isTerminal(record.state) || leftMs <= 0 || signal?.aborted) return record;
        if (this.isDraining && !this.isRunning(uuid)) return record;
        await watch.next(Math.min(leftMs, this.pollMs(record) ?? leftMs), signal);
      }
    } finally {
      watch.close();
    }
  }

  /** A run that another run of this node waits for must not wait for the worker of that run. */
  private laneOf({ lane, parent }: WantedRun): Lane | undefined {
    return parent !== undefined && this.holdsWorker(parent) ? "nested" : lane;
  }

  private isRunning(uuid: string): boolean {
    return this.queued.has(uuid) || this.sync.has(uuid);
  }

  private holdsWorker(uuid: string): boolean {
    return this.isRunning(uuid) || this.options.isIncoming?.(uuid) === true;
  }

  private isOurs(record: RunRecord): boolean {
    return record.node === this.options.node();
  }

  /** Has this node to publish the end of the run? */
  private hasEndedHere(record: RunRecord): boolean {
    const { queue, node } = this.options;
    const isExecuted = queue.isShared && record.route !== undefined;
    return isExecuted ? record.route!.startsWith(`${node()}>`) : this.isOurs(record);
  }

  /** Interval of polling a run, ms; undefined: its changes are notified. */
  private pollMs(record: RunRecord): number | undefined {
    return this.options.queue.isShared || this.isOurs(record) ? undefined : POLL_MS;
  }

  private notice(event: QueueEvent): void {
    if (event.kind === "log") return this.changes.note(`log ${event.uuid}`);
    if (event.kind === "missed") return void this.catchUp();
    const { uuid, record } = event;
    if (isTerminal(record.state)) void this.ended(record);
    this.noteState(uuid);
  }

  /** Notes ends of runs whose notifications were missed. */
  private async catchUp(): Promise<void> {
    const { callbacks, node, log } = this.options;
    this.changes.noteAll();
    try {
      for (const uuid of this.leases.uuids()) {
        const record = await this.get(uuid);
        if (record !== undefined && isTerminal(record.state)) await this.leases.release(uuid);
      }
      await callbacks.recover(node(), (uuid) => this.get(uuid));
    } catch (error) {
      log.error({ err: error }, "cannot look up the runs that ended in the meantime");
    }
  }

  private announceEnd(record: RunRecord): void {
    for (const listener of this.endListeners) listener(record);
  }

  private async ended(record: RunRecord): Promise<void> {
    const { uuid } = record;
    if (this.isOurs(record)) this.announceEnd(record);
    try {
      await this.leases.release(uuid);
      if (record.callback !== undefined && this.hasEndedHere(record)) {
        this.options.callbacks.ended(record, (await this.result(uuid)) ?? "null");
      }
    } catch (error) {
      this.options.log.error({ uuid, err: error }, "the end of a run could not be reported");
    }
  }

  private noteState(uuid: string): void {
    this.changes.note(uuid);
    this.changes.note(`log ${uuid}`);
    this.changes.note(ANY_RUN);
  }
}
