import {
  isTerminal,
  type LogChunk,
  type QueuedRun,
  type RunFilter,
  type RunOutcomeRecord,
  type RunPage,
  type RunRecord,
} from "../../runs/record.js";
import type { RunStore } from "../../store/contract.js";
import type { Claim, QueueCounts, QueueEvent, RunQueue } from "../contract.js";
import { type ClaimKeeper, SpoolClaim } from "./claim.js";
import { type Entry, Line } from "./line.js";

/** Characters of text and arguments that a run may have to be kept in memory while it waits: there may be many. */
const MOST_IN_MEMORY = 8192;
const KILLED = "killed: by request, before it was started";
const INTERRUPTED = "interrupted: its node ended while it ran";

/** The queue of one node in its work folder: the line is in memory, each change of a run is in the store first. */
export class SpoolQueue implements RunQueue, ClaimKeeper {
  readonly kind = "spool";
  readonly isShared = false;
  /** Accepted runs that have not ended. */
  private readonly entries = new Map<string, Entry>();
  private readonly accepting = new Map<string, Promise<void>>();
  private readonly claims = new Map<string, SpoolClaim>();
  private readonly line = new Line(() => this.wake());
  private readonly listeners = new Set<(event: QueueEvent) => void>();
  private readonly waiting = new Set<() => void>();
  private readonly stopLog: () => void;
  private sequence = 0;
  private tokens = 0;
  private redeliveries = 0;
  private isClosed = false;

  constructor(private readonly store: RunStore) {
    this.stopLog = store.onLog((uuid) => this.emit({ kind: "log", uuid }));
  }

  async start(): Promise<void> {
    const found = await this.store.unfinished();
    for (const run of found) if (!this.entries.has(run.record.uuid)) await this.recover(run);
  }

  trouble(): string | undefined {
    return this.store.trouble();
  }

  async submit(run: QueuedRun): Promise<void> {
    const { uuid } = run.record;
    if (this.entries.has(uuid)) return;
    const accepting = this.accepting.get(uuid) ?? this.accept(run).finally(() => this.accepting.delete(uuid));
    this.accepting.set(uuid, accepting);
    return accepting;
  }

  whenWork(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      if (this.line.hasReady) return resolve();
      const leave = (): void => {
        this.waiting.delete(wake);
        signal.removeEventListener("abort", abort);
      };
      const wake = (): void => {
        leave();
        resolve();
      };
      const abort = (): void => {
        leave();
        reject(signal.reason);
      };
      this.waiting.add(wake);
      signal.addEventListener("abort", abort);
    });
  }

  async claim(uuid?: string): Promise<Claim | undefined> {
    if (this.isClosed) return undefined;
    const wanted = uuid === undefined ? undefined : this.entries.get(uuid);
    if (uuid !== undefined && wanted === undefined) return undefined;
    const entry = wanted === undefined ? this.line.take() : this.line.takeOne(wanted);
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
    if (entry !== undefined && this.line.remove(entry)) {
      const errors = [{ name: entry.run.record.file, error: [KILLED] }];
      await this.ended(entry, {
        record: endedHere(entry.run, { state: "killed", endedBy: "killed", errors }),
        result: "null",
      });
      return "waiting";
    }
    // Neither in line nor claimed: its end is being written.
    return entry !== undefined || (await this.store.get(uuid)) !== undefined ? "ended" : "unknown";
  }

  async get(uuid: string): Promise<RunRecord | undefined> {
    return this.entries.get(uuid)?.run.record ?? (await this.store.get(uuid));
  }

  result(uuid: string): Promise<string | undefined> {
    return this.store.result(uuid);
  }

  list(filter: RunFilter): Promise<RunPage> {
    return this.store.list(filter);
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
    this.store.appendLog(uuid, line);
  }

  readLog(uuid: string, from: string | undefined): Promise<LogChunk | undefined> {
    return this.store.readLog(uuid, from);
  }

  update(record: RunRecord): Promise<void> {
    return this.store.write(record, false);
  }

  async remove(uuid: string): Promise<boolean> {
    return !this.entries.has(uuid) && (await this.store.remove(uuid));
  }

  onEvent(listener: (event: QueueEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.line.close();
    this.stopLog();
    for (const claim of this.claims.values()) claim.lose();
    await Promise.allSettled(this.accepting.values());
  }

  async started(entry: Entry, record: RunRecord): Promise<void> {
    await this.store.write(record, true);
    this.change(entry, record);
  }

  async returned(entry: Entry, record: RunRecord, dueAt: number): Promise<void> {
    // Need not be on the disk: of a run that counts as started there it would be decided again at the next start.
    if (entry.run.record !== record) await this.store.write(record, false);
    this.claims.delete(record.uuid);
    this.line.leave(entry);
    this.change(entry, record);
    entry.dueAt = dueAt;
    this.line.add(entry);
  }

  async ended(entry: Entry, { record, result }: RunOutcomeRecord): Promise<void> {
    await this.store.end(record, result);
    this.claims.delete(record.uuid);
    this.entries.delete(record.uuid);
    this.line.leave(entry);
    this.emit({ kind: "state", uuid: record.uuid, record });
  }

  private async accept(run: QueuedRun): Promise<void> {
    if ((await this.store.get(run.record.uuid)) !== undefined) return;
    await this.store.accept(run);
    this.enter(run);
    this.emit({ kind: "state", uuid: run.record.uuid, record: run.record });
  }

  /** Completes a claim by what was left on the disk. */
  private async load(entry: Entry, claim: SpoolClaim): Promise<SpoolClaim | undefined> {
    const { record } = entry.run;
    const run = await this.store.accepted(record.uuid);
    if (run !== undefined) {
      claim.run = { ...run, record };
      return claim;
    }
    const errors = [{ name: record.file, error: [`interrupted: its file ${record.uuid}.rojob is gone or damaged`] }];
    const ended = endedHere(entry.run, { state: "interrupted", endedBy: "crash", errors });
    await claim.complete({ record: ended, result: "null" });
    return undefined;
  }

  private enter(run: QueuedRun): Entry {
    const isOnDisk = run.text.length + JSON.stringify(run.args).length > MOST_IN_MEMORY;
    const light = isOnDisk ? { ...run, text: "", args: {} } : run;
    const entry: Entry = { run: light, isOnDisk, sequence: ++this.sequence, dueAt: run.record.notBefore ?? 0 };
    this.entries.set(run.record.uuid, entry);
    this.line.add(entry);
    return entry;
  }

  /** What was not started is in line again; what was started ends, unless it may be run again. */
  private async recover(run: QueuedRun): Promise<void> {
    const { record } = run;
    if (isTerminal(record.state)) return;
    if (record.state === "accepted") return void this.enter(run);
    if (record.attempt <= record.retries) {
      this.redeliveries++;
      const again: RunRecord = { ...record, state: "accepted" };
      await this.store.write(again, true);
      return void this.enter({ ...run, record: again });
    }
    const errors = [...record.errors, { name: record.file, error: [INTERRUPTED] }];
    const ended = endedHere(run, { state: "interrupted", endedBy: "crash", errors });
    await this.store.end(ended, "null");
    this.emit({ kind: "state", uuid: record.uuid, record: ended });
  }

  private change(entry: Entry, record: RunRecord): void {
    entry.run = { ...entry.run, record };
    this.emit({ kind: "state", uuid: record.uuid, record });
  }

  private wake(): void {
    for (const wake of [...this.waiting]) wake();
  }

  private emit(event: QueueEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }
}

/** The record of a run that ends without a worker. */
function endedHere(
  { record, resultTtlMs }: QueuedRun,
  end: Pick<RunRecord, "state" | "endedBy" | "errors">,
): RunRecord {
  const endedAt = Date.now();
  const ended: RunRecord = { ...record, ...end, endedAt };
  if (resultTtlMs !== undefined) ended.expiresAt = endedAt + resultTtlMs;
  return ended;
}
