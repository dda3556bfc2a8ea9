import type { OpEvent } from "./host.js";
import { world } from "./world.js";

/**
 * Concurrency inside one run.
 *
 * Job code looks synchronous (`sleep`, `$sh().get()`, `$job()`), so it cannot `await`. Instead there are tasks: a task is
 * a function, or a generator that yields {@link Waitable}s (the engine's own loops do, so that a shell step never blocks
 * a parallel one). Whoever has to wait calls {@link waitUntil}, which runs whatever other task is ready, and only when
 * nothing is, blocks the worker until the next event or timer. Tasks never run at the same instant and never start
 * anywhere but at a point where their neighbour waits: what a job does between two waits is atomic.
 */

/** Something a task can wait for. */
export interface Waitable {
  /** True when the waiting task may go on. Called often: keep it cheap. */
  ready(): boolean;
  /** Time (ms since the epoch) at which it becomes ready by itself. */
  atMs?: number;
}

/** Work in steps; each yielded value says what the next step waits for. */
export type Steps<T = unknown> = Generator<Waitable, T, void>;

export class Task<T = unknown> {
  state: "new" | "waiting" | "running" | "done" | "failed" | "dropped" = "new";
  value: T | undefined;
  error: unknown;
  waitsFor: Waitable | undefined;
  private steps: Steps<T> | undefined;

  constructor(
    readonly name: string,
    private readonly start: () => Steps<T> | T,
  ) {}

  get isOver(): boolean {
    return this.state === "done" || this.state === "failed" || this.state === "dropped";
  }

  ready(): boolean {
    return this.isOver;
  }

  get isRunnable(): boolean {
    return this.state === "new" || (this.state === "waiting" && (this.waitsFor?.ready() ?? true));
  }

  /** Runs up to the next wait or the end. */
  resume(): void {
    const outer = current;
    current = this;
    try {
      if (this.state === "new") {
        this.state = "running";
        const made = this.start();
        if (!isSteps<T>(made)) return this.finish(made);
        this.steps = made;
      }
      this.state = "running";
      const step = this.steps!.next();
      if (step.done) return this.finish(step.value);
      this.waitsFor = step.value;
      this.state = "waiting";
    } catch (error) {
      this.state = "failed";
      this.error = error;
      tasks.delete(this);
    } finally {
      current = outer;
    }
  }

  private finish(value: T): void {
    this.state = "done";
    this.value = value;
    tasks.delete(this);
  }

  drop(): void {
    if (this.isOver || this.state === "running") return;
    this.state = "dropped";
    tasks.delete(this);
    this.steps?.return(undefined as T);
  }
}

interface Timer {
  atMs: number;
  fire(): void;
}

const tasks = new Set<Task<any>>();
const timers = new Set<Timer>();
const listeners = new Map<number, (event: OpEvent, bytes?: Uint8Array) => void>();
let current: Task<any> | undefined;
let depth = 0;

/** Tasks that may be stacked on one another's waits before new ones have to queue. */
const MAX_DEPTH = 150;
/** Longest single block, so that a wait on something only the clock changes is noticed. */
const MAX_BLOCK_MS = 60_000;

/** The task that runs now; undefined in the run's own main line. */
export function currentTask(): Task<any> | undefined {
  return current;
}

/** Queues `start`; it begins at the next point where the running task waits. */
export function spawn<T>(name: string, start: () => Steps<T> | T): Task<T> {
  const task = new Task<T>(name, start);
  tasks.add(task);
  return task;
}

/** Calls `fire` once, `delayMs` from now, at the first wait after that. Returns the way to cancel it. */
export function after(delayMs: number, fire: () => void): () => void {
  const timer: Timer = { atMs: world.host.clock.nowMs() + delayMs, fire };
  timers.add(timer);
  return () => void timers.delete(timer);
}

/** Starts an operation of the I/O thread; `onEvent` gets its events at the waits of this run. */
export function startOp(
  kind: string,
  params: unknown,
  onEvent: (event: OpEvent, bytes?: Uint8Array) => void,
  bytes?: Uint8Array,
): number {
  const id = world.host.ops.start(kind, JSON.stringify(params), bytes);
  listeners.set(id, onEvent);
  return id;
}

/** Forgets an operation and ends it. */
export function endOp(id: number): void {
  if (listeners.delete(id)) world.host.ops.cancel(id);
}

/** Forgets an operation that ended by itself. */
export function forgetOp(id: number): void {
  listeners.delete(id);
}

/**
 * Waits until `ready()`, running other tasks meanwhile.
 * @param timeoutMs longest wait in ms
 * @returns false when the time was over first
 * @throws Error when nothing is left that could ever make it ready
 */
export function waitUntil(ready: () => boolean, timeoutMs = Number.POSITIVE_INFINITY, what = "something"): boolean {
  const clock = world.host.clock;
  const untilMs = timeoutMs === Number.POSITIVE_INFINITY ? timeoutMs : clock.nowMs() + timeoutMs;
  depth++;
  try {
    for (;;) {
      if (ready()) return true;
      const progressed = turn(ready);
      if (ready()) return true;
      const nowMs = clock.nowMs();
      if (nowMs >= untilMs) return false;
      if (progressed) continue;
      const wakeMs = Math.min(untilMs, nextWakeMs());
      if (wakeMs === Number.POSITIVE_INFINITY && listeners.size === 0)
        throw new Error(`waits for ${what}, and nothing is left in this run that could bring it about`);
      deliver(Math.max(0, Math.min(wakeMs - nowMs, MAX_BLOCK_MS)));
    }
  } finally {
    depth--;
  }
}

/** The same for a generator step: `yield* waitFor(...)`. */
export function* waitFor(waitable: Waitable): Steps<void> {
  if (!waitable.ready()) yield waitable;
}

/** A pause of `ms` that other tasks may use. */
export function delay(ms: number): Waitable {
  const atMs = world.host.clock.nowMs() + ms;
  return { atMs, ready: () => world.host.clock.nowMs() >= atMs };
}

/** Runs `steps` to their end from synchronous code. */
export function runSteps<T>(steps: Steps<T>): T {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    const waitable = step.value;
    const left = waitable.atMs === undefined ? undefined : waitable.atMs - world.host.clock.nowMs();
    waitUntil(() => waitable.ready(), left);
  }
}

/** One round over events, timers and tasks; true if anything happened. `enough` ends it early. */
function turn(enough: () => boolean): boolean {
  let progressed = listeners.size > 0 && deliver(0);
  if (timers.size > 0) {
    const nowMs = world.host.clock.nowMs();
    for (const timer of [...timers]) {
      if (timer.atMs > nowMs || !timers.delete(timer)) continue;
      timer.fire();
      progressed = true;
    }
  }
  for (const task of [...tasks]) {
    if (enough()) return true;
    if (task.state === "new" && depth > MAX_DEPTH) continue;
    if (!task.isRunnable) continue;
    task.resume();
    progressed = true;
  }
  return progressed;
}

function nextWakeMs(): number {
  let wakeMs = Number.POSITIVE_INFINITY;
  for (const timer of timers) wakeMs = Math.min(wakeMs, timer.atMs);
  for (const task of tasks)
    if (task.waitsFor?.atMs !== undefined && task.state === "waiting") wakeMs = Math.min(wakeMs, task.waitsFor.atMs);
  return wakeMs;
}

function deliver(timeoutMs: number): boolean {
  const events = JSON.parse(world.host.ops.poll(timeoutMs)) as OpEvent[];
  for (const event of events) {
    const bytes = event.bytes === undefined ? undefined : world.host.ops.takeBytes(event.bytes);
    listeners.get(event.id)?.(event, bytes);
  }
  return events.length > 0;
}

function isSteps<T>(value: unknown): value is Steps<T> {
  return typeof value === "object" && value !== null && Object.prototype.toString.call(value) === "[object Generator]";
}
