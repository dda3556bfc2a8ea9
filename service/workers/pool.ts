import { randomUUID } from "node:crypto";
import { hasRaw, jsonPieces } from "../base/json/raw-json.js";
import type { LocalSlot } from "../dispatch/dispatcher.js";
import type { RunReply, RunSpec } from "../model/run.js";
import type { RunRequest } from "../runtime/base/host.js";
import { shareBundles } from "./bundles.js";
import { WorkerGroups } from "./cgroups.js";
import { Guard } from "./guard.js";
import { MemoryWatch } from "./memory-watch.js";
import type { Pool, PoolLoad, PoolOptions } from "./pool-options.js";
import { Retirements } from "./retirements.js";
import type { EndCause } from "./run-reply.js";
import { StartFailures } from "./start-failures.js";
import { subreaperWords } from "./subreaper.js";
import { type WorkerContext, WorkerProcess } from "./worker-process.js";

const FORK_IDLE_MS = 60_000;
const KILLED: EndCause = { by: "killed", state: "killed", text: "killed: by request" };
const INTERRUPTED: EndCause = { by: "killed", state: "interrupted", text: "interrupted: the node was stopped" };

/** A `RunRequest` whose large parts are JSON already. */
type WorkerRequest = Omit<RunRequest, "text" | "args"> & Pick<RunSpec, "text" | "args">;

/** Creates a pool; it has no processes before `start`. */
export function createPool(options: PoolOptions): Pool {
  return new WorkerPool(options);
}

class WorkerPool implements Pool {
  private readonly workers = new Set<WorkerProcess>();
  /** The worker that has been free longest is first: the others may still be preparing for their next run. */
  private readonly free: WorkerProcess[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly retirements: Retirements;
  private readonly forkTimers = new Map<WorkerProcess, NodeJS.Timeout>();
  /** Reserved for runs that have not begun. */
  private readonly reserved = new Set<WorkerProcess>();
  /** Workers to be ended as soon as a replacement is ready. */
  private readonly retiring = new Set<WorkerProcess>();
  private readonly memory: MemoryWatch;
  private readonly startFailures: StartFailures;
  private context: WorkerContext | undefined;
  private runs = 0;
  private crashes = 0;
  private isClosed = false;

  constructor(private readonly options: PoolOptions) {
    this.retirements = new Retirements(options.log);
    this.memory = new MemoryWatch(this.workers, options.jobMemoryMb);
    this.startFailures = new StartFailures(options.log, () => this.fill());
  }

  async start(): Promise<void> {
    const poolMark = randomUUID();
    const { log } = this.options;
    const groups = WorkerGroups.open(`${process.pid}-${poolMark.slice(0, 8)}`);
    this.context = {
      options: this.options,
      poolMark,
      guard: new Guard(poolMark, groups?.folder, (message) => log.error(message)),
      bundles: await shareBundles(),
      subreaper: await subreaperWords(),
      groups,
      onReady: (worker) => this.ready(worker),
      onFree: (worker) => {
        this.retirements.runWasClean();
        this.freed(worker);
      },
      onLeave: (worker) => {
        this.reserved.delete(worker);
        this.takeFree(worker);
      },
      onRetire: (worker, reasons, isUsable) => this.retire(worker, reasons, isUsable),
      onEnd: (worker, ownOutput, wasAsked) => this.ended(worker, ownOutput, wasAsked),
    };
    this.fill();
    try {
      await this.startFailures.until(() => this.free.length >= this.target);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  tryRun(spec: RunSpec): Promise<RunReply> | undefined {
    return this.reserve()?.run(spec);
  }

  reserve(): LocalSlot | undefined {
    if (this.isClosed || this.freeCount === 0) return undefined;
    const worker = this.free.shift()!;
    this.stopForkTimer(worker);
    this.reserved.add(worker);
    let mine: WorkerProcess["current"];
    return {
      run: (spec) => {
        if (!this.reserved.delete(worker) || this.isClosed) return undefined;
        const reply = this.give(worker, spec);
        mine = worker.current;
        return reply;
      },
      release: () => void (this.reserved.delete(worker) && this.freed(worker)),
      kill: () => {
        if (mine !== undefined && worker.current === mine) worker.stop(KILLED);
      },
    };
  }

  private give(worker: WorkerProcess, spec: RunSpec): Promise<RunReply> {
    const request: WorkerRequest = {
      uuid: spec.uuid,
      text: spec.text,
      file: spec.file,
      args: spec.args,
      shareArgs: true,
      pmFromArgs: true,
      quiet: true,
      runFolder: this.options.runFolder,
      rojob: this.options.makeRojob(spec.uuid),
      node: this.options.makeNodeAccess?.(spec.uuid),
      // The worker process counts the bytes, and reports that failure as one of its own kind.
      maxResult: 0,
    };
    this.runs++;
    this.memory.wake();
    return worker.run(spec, hasRaw(request) ? jsonPieces(request) : JSON.stringify(request));
  }

  onFree(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async fork(): Promise<void> {
    if (this.isClosed || this.context === undefined) throw new Error("cannot start a worker: the pool is closed");
    const worker = this.launch(true);
    await this.startFailures.until(() => worker.state !== "starting");
    if (worker.state === "ended") throw new Error("the extra worker did not start: see the log");
  }

  load(): PoolLoad {
    let busy = 0;
    let starting = 0;
    for (const { state } of this.workers) {
      if (state === "busy") busy++;
      else if (state === "starting") starting++;
    }
    return {
      workers: this.free.length + this.reserved.size + busy + starting,
      free: this.freeCount,
      busy: busy + this.reserved.size,
      starting,
      forks: this.count((worker) => worker.isFork),
      runs: this.runs,
      crashes: this.crashes,
      retired: { ...this.retirements.byReason },
      warning: this.retirements.warning(),
    };
  }

  kill(uuid: string): boolean {
    for (const worker of this.workers)
      if (worker.current?.spec.uuid === uuid) {
        worker.stop(KILLED);
        return true;
      }
    return false;
  }

  async drain(graceMs: number): Promise<void> {
    this.isClosed = true;
    const busy = [...this.workers].filter((worker) => worker.current !== undefined);
    const replies = Promise.all(busy.map((worker) => worker.current!.reply));
    let timer: NodeJS.Timeout | undefined;
    const timeOver = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([replies, timeOver]);
    clearTimeout(timer);
    for (const worker of busy) if (worker.current !== undefined) worker.stop(INTERRUPTED);
    await replies;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.memory.stop();
    this.startFailures.stop();
    for (const timer of this.forkTimers.values()) clearTimeout(timer);
    const left = [...this.workers];
    for (const worker of left) worker.stop(INTERRUPTED);
    await Promise.all(left.map((worker) => worker.ended));
    await this.context?.guard.close();
    await this.context?.groups?.close();
  }

  /** Number of processes to keep, without forks. In `process` isolation the spares come on top of those that run. */
  private get target(): number {
    return this.options.workers + (this.options.isolation === "process" ? this.options.spares : 0);
  }

  /** Runs that could start now. */
  private get freeCount(): number {
    if (this.options.isolation === "context" || this.free.length === 0) return this.free.length;
    const busy = this.count((worker) => worker.state === "busy") + this.reserved.size;
    const forks = this.count((worker) => worker.isFork && (worker.state === "busy" || worker.state === "free"));
    return Math.min(this.free.length, Math.max(0, this.options.workers + forks - busy));
  }

  private count(test: (worker: WorkerProcess) => boolean): number {
    let count = 0;
    for (const worker of this.workers) if (test(worker)) count++;
    return count;
  }

  /** Starts missing processes. */
  private fill(): void {
    if (this.isClosed || this.startFailures.isWaiting) return;
    const counts = (worker: WorkerProcess): boolean =>
      !worker.isFork && !this.retiring.has(worker) && worker.state !== "ending" && worker.state !== "ended";
    for (let missing = this.target - this.count(counts); missing > 0; missing--) this.launch(false);
  }

  private launch(isFork: boolean): WorkerProcess {
    const worker = new WorkerProcess(this.context!, isFork);
    this.workers.add(worker);
    return worker;
  }

  private ready(worker: WorkerProcess): void {
    this.startFailures.started();
    const [retiring] = this.retiring;
    if (retiring !== undefined && !worker.isFork) {
      this.retiring.delete(retiring);
      if (this.free.includes(retiring)) retiring.end();
      else this.endAfterRun.add(retiring);
    }
    this.freed(worker);
  }

  /** Workers to be replaced that were busy when their replacement came. */
  private readonly endAfterRun = new Set<WorkerProcess>();

  private freed(worker: WorkerProcess): void {
    if (this.isClosed || this.endAfterRun.delete(worker)) return worker.end();
    this.free.push(worker);
    if (worker.isFork) {
      const idleMs = this.options.forkIdleMs ?? FORK_IDLE_MS;
      this.forkTimers.set(worker, setTimeout(() => this.free.includes(worker) && worker.end(), idleMs).unref());
    }
    this.startFailures.changed();
    this.announce();
  }

  private retire(worker: WorkerProcess, reasons: string[], isUsable: boolean): void {
    if (isUsable) for (const reason of reasons) this.retirements.count(reason);
    else this.retirements.runWasDirty(reasons);
    if (reasons.length > 0) this.options.log.info({ pid: worker.pid, reasons }, "worker retired");
    if (isUsable && !worker.isFork) this.retiring.add(worker);
    this.fill();
    this.announce();
  }

  private ended(worker: WorkerProcess, ownOutput: string, wasAsked: boolean): void {
    this.workers.delete(worker);
    this.retiring.delete(worker);
    this.endAfterRun.delete(worker);
    if (!wasAsked && !this.isClosed) {
      this.crashes++;
      if (!worker.hasBeenReady) this.startFailures.failed(ownOutput);
    }
    this.startFailures.changed();
    this.fill();
    this.announce();
  }

  private takeFree(worker: WorkerProcess): void {
    this.stopForkTimer(worker);
    const index = this.free.indexOf(worker);
    if (index !== -1) this.free.splice(index, 1);
  }

  private stopForkTimer(worker: WorkerProcess): void {
    clearTimeout(this.forkTimers.get(worker));
    this.forkTimers.delete(worker);
  }

  private announce(): void {
    if (this.freeCount > 0) for (const listener of this.listeners) listener();
  }
}
