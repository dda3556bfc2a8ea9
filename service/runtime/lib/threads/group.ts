import { callInSteps } from "../../base/pausing.js";
import { after, passInterrupt, type Steps, spawn, type Task, waitUntil } from "../../base/scheduler.js";
import { JavaException } from "../../base/values/errors.js";
import { isFunction, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { markFresh } from "../locks/fresh.js";
import { TaskLock } from "../locks/lock.js";

type ThreadFunction = (uuid: string) => unknown;

/** A group of threads (the `Threads` plugin), each a task of the run. */
export class Threads {
  private readonly kept: { uuid: string; work: ThreadFunction }[] = [];
  private readonly tasks = new Set<Task<unknown>>();
  private readonly cancels = new Set<() => void>();
  private readonly monitor = new TaskLock("of a group of threads");
  private waiting: (() => void)[] = [];
  private running = 0;
  private most = Number.POSITIVE_INFINITY;
  private isPool = false;
  private isStopped = false;

  /** Keeps `work` for `start`. */
  addThread(work: ThreadFunction): string {
    const uuid = world.host.bytes.uuid();
    this.kept.push({ uuid, work: functionOf(work) });
    return uuid;
  }

  /** Runs all that were added and waits for them. */
  start(): void {
    if (this.isPool) return;
    this.startNoWait();
    waitUntil(() => this.isIdle, undefined, "threads");
  }

  startNoWait(): void {
    if (this.isPool) return;
    this.isPool = true;
    for (const { uuid, work } of this.kept) this.launch(uuid, work);
  }

  /** Runs each of them every `ms`, counted from start to start. */
  startAtFixedRate(ms: number): void {
    if (this.isPool) return;
    this.isPool = true;
    for (const { uuid, work } of this.kept) this.repeat(uuid, work, ms);
  }

  /** Runs each of them again `ms` after its end. */
  startWithFixedRate(ms: number): void {
    this.startAtFixedRate(ms);
  }

  initCachedThreadPool(): void {
    this.isPool = true;
  }

  initFixedThreadPool(count: number): void {
    if (this.isPool) return;
    this.isPool = true;
    this.most = count >= 1 ? Math.trunc(count) : this.getNumberOfCores();
  }

  initScheduledThreadPool(_count?: number): void {
    this.isPool = true;
  }

  initSingleThreadPool(): void {
    this.initFixedThreadPool(1);
  }

  initVirtualThreadPerTaskExecutor(): void {
    this.isPool = true;
  }

  addCachedThread(work: ThreadFunction): string {
    return this.launchNew(work);
  }

  addVirtualThread(work: ThreadFunction): string {
    return this.launchNew(work);
  }

  addSingleThread(work: ThreadFunction): string {
    if (!this.isPool) this.initSingleThreadPool();
    return this.launchNew(work);
  }

  /** @throws JavaException without `initFixedThreadPool` before */
  addFixedThread(work: ThreadFunction): string {
    if (!this.isPool) throw new JavaException("java.lang.Exception", "Please use initFixedThreadPool first.");
    return this.launchNew(work);
  }

  /** Runs `work` once, `ms` from now. */
  addScheduleThread(work: ThreadFunction, ms: number): string {
    const uuid = world.host.bytes.uuid();
    this.isPool = true;
    const thread = functionOf(work);
    const cancel = after(ms, () => {
      this.cancels.delete(cancel);
      this.launch(uuid, thread);
    });
    this.cancels.add(cancel);
    return uuid;
  }

  addScheduleThreadAtFixedRate(work: ThreadFunction, ms: number): string {
    const uuid = world.host.bytes.uuid();
    this.isPool = true;
    this.repeat(uuid, functionOf(work), ms);
    return uuid;
  }

  addScheduleThreadWithFixedDelay(work: ThreadFunction, ms: number): string {
    return this.addScheduleThreadAtFixedRate(work, ms);
  }

  /** Starts nothing more; with `force` what has not begun is dropped. */
  stop(force = false): void {
    if (!this.isPool) return;
    this.isStopped = true;
    for (const cancel of this.cancels) cancel();
    this.cancels.clear();
    if (!force) return;
    this.waiting = [];
    for (const task of this.tasks) task.drop();
    this.tasks.clear();
  }

  /** Waits until all are over after `stop`: without that it waits the whole time and gives false. */
  waitForThreads(ms: number): boolean {
    if (!this.isPool) return false;
    return waitUntil(() => this.isStopped && this.isIdle, ms);
  }

  /** Calls `work` while no other thread of this group is in `sync`. */
  sync(work: () => unknown): void {
    if (this.isPool) this.monitor.holding(work);
  }

  getNumberOfCores(): number {
    return JSON.parse(world.host.process.machine()).cores;
  }

  getThreads(): string[] {
    return this.kept.map(({ uuid }) => uuid);
  }

  private get isIdle(): boolean {
    for (const task of this.tasks) if (task.isOver) this.tasks.delete(task);
    return this.tasks.size === 0 && this.waiting.length === 0;
  }

  private launchNew(work: ThreadFunction): string {
    const uuid = world.host.bytes.uuid();
    this.isPool = true;
    this.launch(uuid, functionOf(work));
    return uuid;
  }

  private launch(uuid: string, work: ThreadFunction): void {
    if (this.isStopped)
      throw new JavaException("java.util.concurrent.RejectedExecutionException", "the threads were stopped");
    if (this.running >= this.most) {
      this.waiting.push(() => this.launchNow(uuid, work));
      return;
    }
    this.launchNow(uuid, work);
  }

  private launchNow(uuid: string, work: ThreadFunction): void {
    this.running++;
    const group = this;
    const task = spawn(`thread ${uuid}`, function* (): Steps<void> {
      yield* quietly(work, uuid);
      group.running--;
      group.waiting.shift()?.();
    });
    markFresh(task, work);
    this.tasks.add(task);
  }

  private repeat(uuid: string, work: ThreadFunction, ms: number): void {
    const group = this;
    const steps = function* (): Steps<void> {
      let atMs = world.host.clock.nowMs();
      while (!group.isStopped) {
        yield* quietly(work, uuid);
        // One that took longer than its time goes on from now: missed turns are not made up for.
        atMs = Math.max(atMs + Math.max(1, ms), world.host.clock.nowMs());
        const nextMs = atMs;
        yield { atMs: nextMs, ready: () => group.isStopped || world.host.clock.nowMs() >= nextMs };
      }
    };
    this.tasks.add(spawn(`thread ${uuid}`, steps));
  }
}

/** An error ends only its thread; it is not reported. */
function* quietly(work: ThreadFunction, uuid: string): Steps<void> {
  try {
    yield* callInSteps(work, [uuid]);
  } catch (error) {
    passInterrupt(error);
  }
}

function functionOf(work: unknown): ThreadFunction {
  if (isUnDef(work) || !isFunction(work))
    throw new JavaException("java.lang.IllegalArgumentException", "argument type mismatch");
  return work;
}
