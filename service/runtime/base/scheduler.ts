import type { OpEvent } from "./host.js";
import type { OpKind, OpParams, OpReport, OpSend } from "./operations.js";
import { JavaException } from "./values/errors.js";
import { world } from "./world.js";

/**
 * Concurrency inside one run.
 *
 * Job code looks synchronous (`sleep`, `$sh().get()`, `$job()`), so it cannot `await`. Instead there are tasks: a task is
 * a function, or a generator that yields {@link Waitable}s (the engine's own loops do, so that a shell step never blocks
 * a parallel one). Code that has to wait calls {@link waitUntil}, which runs other tasks that are ready; only when no
 * task is ready, it blocks the worker until the next event or timer. Tasks never run at the same instant and never start
 * anywhere but at a point where their neighbour waits: what a job does between two waits is atomic.
 */

/** Something a task can wait for. */
export interface Waitable {
  /** True when the waiting task may go on. Called often: keep it cheap. */
  ready(): boolean;
  /** Time (ms since the epoch) at which it becomes ready by itself. */
  atMs?: number;
  /** For the message when nothing can ever make it ready. */
  what?: string;
}

/** Work in steps; each yielded value says what the next step waits for. */
export type Steps<T = unknown> = Generator<Waitable, T, void>;

export class Task<T = unknown> {
  state: "new" | "waiting" | "running" | "done" | "failed" | "dropped" = "new";
  value: T | undefined;
  error: unknown;
  waitsFor: Waitable | undefined;
  /** The limits it was started under: reaching one of them ends it too. */
  readonly under: readonly Limit[] = limits.length === 0 ? NO_LIMITS : [...limits];
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
    return (this.state === "new" || this.state === "waiting") && (this.waitsFor?.ready() ?? true);
  }

  /** Runs up to the next wait or the end; with `error` the wait it is in ends with that. */
  resume(error?: Error): void {
    const outer = current;
    current = this;
    stack.push(this);
    const isStart = this.state === "new";
    try {
      if (isStart) {
        this.state = "running";
        const made = this.start();
        if (!isSteps<T>(made)) return this.finish(made);
        this.steps = made;
      }
      this.state = "running";
      const step = error === undefined ? this.steps!.next() : this.steps!.throw(error);
      if (step.done) return this.finish(step.value);
      this.waitsFor = step.value;
      this.state = "waiting";
    } catch (error) {
      if (error instanceof Postponed && isStart) {
        this.state = "new";
        this.waitsFor = error.until;
        return;
      }
      this.state = "failed";
      this.error = error;
      tasks.delete(this);
    } finally {
      stack.pop();
      current = outer;
    }
  }

  private finish(value: T): void {
    this.state = "done";
    this.value = value;
    tasks.delete(this);
  }

  /** It was torn off in the middle of its code. */
  tearOff(): void {
    this.state = "failed";
    this.error = new Error(`${this.name}: torn off with the work it lay on, whose time was over`);
    tasks.delete(this);
  }

  drop(): void {
    if (this.isOver || this.state === "running") return;
    this.state = "dropped";
    tasks.delete(this);
    this.steps?.return(undefined as T);
  }
}

/** An end set to some work from outside: the waits of that work are broken off when it is reached. */
export interface Limit {
  reached(): boolean;
  /** Time (ms since the epoch) at which it is reached by itself. */
  atMs?: number;
}

/** Breaks a wait off whose {@link Limit} was reached; carries the text job code sees in such a case. */
export class Interrupted extends JavaException {
  constructor(readonly limit: Limit) {
    super("java.lang.InterruptedException", "sleep interrupted");
  }
}

/** For a `catch` that goes on: throws `error` again when it ends or puts off the running task. */
export function passInterrupt(error: unknown): void {
  if (error instanceof Interrupted || error instanceof Postponed) throw error;
}

/** Thrown by a task that has done nothing yet and cannot go on: it begins anew when `until` is ready. */
export class Postponed extends Error {
  constructor(readonly until: Waitable) {
    super("postponed");
  }
}

interface Timer {
  atMs: number;
  fire(): void;
}

const tasks = new Set<Task<any>>();
const timers = new Set<Timer>();
const listeners = new Map<number, (event: OpEvent, bytes?: Uint8Array) => void>();
/** Tasks whose frames lie on the stack, the innermost last. */
const stack: Task<any>[] = [];
const NO_LIMITS: readonly Limit[] = [];
/** Limits of the work on the stack, each with the number of tasks that were below it. */
const limits: Limit[] = [];
const limitLevels: number[] = [];
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

/** Is `task` (undefined: the main line) unable to go on before the running task ends, because it lies below it? */
export function isBelowCurrent(task: Task<any> | undefined): boolean {
  return task === undefined ? stack.length > 0 : task !== current && stack.includes(task);
}

/**
 * Runs `work` under a limit: when that is reached, the wait `work` is in throws {@link Interrupted}, and so do the waits
 * of tasks started under it. Tasks that were there before are never broken off; when one of them lies on top, the limit
 * takes effect as soon as it lets go.
 */
export function underLimit<T>(limit: Limit, work: () => T): T {
  limits.push(limit);
  limitLevels.push(stack.length);
  try {
    return work();
  } finally {
    limits.pop();
    limitLevels.pop();
  }
}

/**
 * Notes what lies on the stack now, for work that may be torn off by `HostCode.within`: none of its `finally` blocks run.
 * @returns the way back: tasks that were torn off with it count as failed
 */
export function noteStack(): () => void {
  const noted = { current, depth, limits: limits.length, stack: stack.length };
  return () => {
    limits.length = limitLevels.length = noted.limits;
    for (const task of stack.splice(noted.stack)) task.tearOff();
    depth = noted.depth;
    current = noted.current;
  };
}

/** The outermost limit that is reached and that may break off the innermost wait. */
function reachedLimit(): Limit | undefined {
  for (const [index, limit] of limits.entries())
    if (limit.reached() && stack.slice(limitLevels[index]).every((task) => task.under.includes(limit))) return limit;
  return undefined;
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

/** Id of an operation of a kind. */
export type Op<K extends OpKind> = number & { readonly kind?: K };

/** Starts an operation of the I/O thread; `onEvent` gets its events at the waits of this run. */
export function startOp<K extends OpKind>(
  kind: K,
  params: OpParams<K>,
  onEvent: (event: OpReport<K>, bytes?: Uint8Array) => void,
  bytes?: Uint8Array,
): Op<K> {
  const id = world.host.ops.start(kind, JSON.stringify(params), bytes);
  listeners.set(id, onEvent as (event: OpEvent, bytes?: Uint8Array) => void);
  return id;
}

/** Sends a further message to an operation. */
export function sendOp<K extends OpKind>(id: Op<K>, { type, data }: OpSend<K>, bytes?: Uint8Array): void {
  world.host.ops.send(id, type, JSON.stringify(data), bytes);
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
      const limit = limits.length === 0 ? undefined : reachedLimit();
      if (limit !== undefined) throw new Interrupted(limit);
      const nowMs = clock.nowMs();
      if (nowMs >= untilMs) return false;
      if (progressed) continue;
      const wakeMs = Math.min(untilMs, nextWakeMs());
      if (wakeMs === Number.POSITIVE_INFINITY && listeners.size === 0) {
        breakDeadEnd(what);
        continue;
      }
      deliver(Math.max(0, Math.min(wakeMs - nowMs, MAX_BLOCK_MS)));
    }
  } finally {
    depth--;
  }
}

/**
 * Nothing can happen any more: the youngest task that waits for something by name, or else the innermost wait, ends with
 * an error that says so.
 */
function breakDeadEnd(what: string): void {
  const stuck = [...tasks].filter((task) => task.state === "waiting" && task.waitsFor?.what !== undefined).at(-1);
  const name = stuck?.waitsFor?.what ?? what;
  const error = new Error(`waits for ${name}, and nothing is left in this run that could bring it about`);
  if (stuck === undefined) throw error;
  stuck.resume(error);
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
  for (let step = steps.next(); ; ) {
    if (step.done) return step.value;
    const { atMs, what } = step.value;
    const waitable = step.value;
    const left = atMs === undefined ? undefined : atMs - world.host.clock.nowMs();
    let failure: { error: unknown } | undefined;
    try {
      waitUntil(() => waitable.ready(), left, what);
    } catch (error) {
      failure = { error }; // ends the wait of the steps, which may catch it
    }
    step = failure === undefined ? steps.next() : steps.throw(failure.error);
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
  const nowMs = limits.length === 0 ? 0 : world.host.clock.nowMs();
  // A limit that is past and has not broken the wait off waits for a task in its way: nothing to wake up for.
  for (const { atMs } of limits) if (atMs !== undefined && atMs > nowMs) wakeMs = Math.min(wakeMs, atMs);
  for (const task of tasks)
    if (task.waitsFor?.atMs !== undefined && !task.isOver && task.state !== "running")
      wakeMs = Math.min(wakeMs, task.waitsFor.atMs);
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

/** Does work wait in steps: is it a generator? */
export function isSteps<T = any>(value: unknown): value is Steps<T> {
  return typeof value === "object" && value !== null && Object.prototype.toString.call(value) === "[object Generator]";
}
