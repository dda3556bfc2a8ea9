import { callInSteps } from "../../base/pausing.js";
import { Postponed, type Steps, spawn, type Task } from "../../base/scheduler.js";
import { isDef, isFunction, isUnDef } from "../../base/values/types.js";
import { $atomic, type AtomicBoolean, type AtomicNumber } from "../../lib/locks/atoms.js";
import { markFresh } from "../../lib/locks/fresh.js";

/** Remaining work of a promise: a step of its chain, or a handler for an earlier failure. */
interface Executor {
  type: "exec" | "reject";
  func: (...args: any[]) => any;
  /** A step of ours that waits for other tasks without lying on top of them. */
  steps?: (resolve: (value: any) => void, reject: (reason: any) => void) => Steps<unknown>;
}

/** The steps of a promise that are not done yet, first in, first out. */
class Executors {
  private readonly items: Executor[] = [];
  add = (item: Executor): boolean => this.items.push(item) > 0;
  putBack = (item: Executor): void => void this.items.unshift(item);
  poll = (): Executor | undefined => this.items.shift();
  size = (): number => this.items.length;
  isEmpty = (): boolean => this.items.length === 0;
}

const STATES = { NEW: 0, FULFILLED: 1, PREFAILED: 2, FAILED: 3 };
let completions = 0;

/**
 * The promise of `$do`: a chain of steps run by tasks. `then` and `catch` add to the chain and give the same promise.
 * A step gets the value of the one before; while there is none it gets `(resolve, reject)`.
 */
export class oPromise {
  readonly states = STATES;
  readonly state = $atomic(STATES.NEW, "int") as AtomicNumber;
  readonly executing = $atomic(false, "boolean") as AtomicBoolean;
  readonly executors = new Executors();
  value: any;
  reason: any;
  /** Place in the order in which the promises of this run completed. */
  completion = 0;
  /** The task that runs the chain. */
  __f: Task<unknown> | undefined;

  constructor(work?: any, onReject?: any) {
    this.then(work, onReject);
  }

  // biome-ignore lint/suspicious/noThenProperty: see the constructor
  then(work?: any, onReject?: any): this {
    if (isFunction(onReject)) this.executors.add({ type: "reject", func: onReject });
    if (isFunction(work)) {
      this.executors.add({ type: "exec", func: work });
      this.run(work);
    }
    return this;
  }

  catch(onReject?: any): this {
    if (isFunction(onReject)) {
      this.executors.add({ type: "reject", func: onReject });
      this.run(onReject);
    }
    return this;
  }

  /** Adds a step that waits in steps of its own. */
  addSteps(steps: NonNullable<Executor["steps"]>): this {
    this.executors.add({ type: "exec", func: () => undefined, steps });
    this.run(undefined);
    return this;
  }

  resolve(value?: any): this {
    this.state.setIf(STATES.FULFILLED, STATES.NEW);
    this.value = isUnDef(value) ? null : value;
    return this;
  }

  reject(reason?: any): this {
    this.reason = reason;
    this.state.set(STATES.PREFAILED);
    return this;
  }

  /** Gives up: a task that has not begun is dropped. False when it was over already. */
  cancel(reason: any = "cancelled"): boolean {
    if (this.isSettled) return false;
    this.reject(reason);
    const wasWaiting = this.__f !== undefined && !this.__f.isOver && this.__f.state !== "running";
    if (wasWaiting) {
      this.__f!.drop();
      this.executing.set(false);
    }
    this.run(undefined);
    return wasWaiting;
  }

  get isSettled(): boolean {
    return this.state.get() === STATES.FULFILLED || this.state.get() === STATES.FAILED;
  }

  /** Nothing of it runs or waits to run. */
  get isIdle(): boolean {
    return !this.executing.get() && this.executors.isEmpty();
  }

  private run(work: unknown): void {
    if (this.__f !== undefined && !this.__f.isOver) return;
    this.__f = spawn("$do", () => this.chain());
    markFresh(this.__f, work);
  }

  private *chain(): Steps<void> {
    if (!this.executing.setIf(false, true)) return;
    try {
      while (!this.executors.isEmpty()) {
        const next = this.executors.poll();
        if (!this.hasFailed && next?.type === "exec") yield* this.step(next);
        if (this.hasFailed) this.recover(next);
      }
    } finally {
      this.executing.set(false);
      if (this.executors.isEmpty()) {
        this.state.setIf(STATES.NEW, STATES.FULFILLED);
        this.state.setIf(STATES.PREFAILED, STATES.FAILED);
      }
      this.completion = ++completions;
    }
  }

  private get hasFailed(): boolean {
    return this.state.get() === STATES.PREFAILED || this.state.get() === STATES.FAILED;
  }

  private *step(executor: Executor): Steps<void> {
    const { func, steps } = executor;
    let wasAnswered = false;
    const resolve = (value: any): void => {
      wasAnswered = true;
      this.resolve(value);
    };
    const reject = (reason: any): void => {
      wasAnswered = true;
      this.reject(reason);
    };
    try {
      let result: any;
      if (steps !== undefined) result = yield* steps(resolve, reject);
      else result = yield* callInSteps(func, isDef(this.value) ? [this.value] : [resolve, reject]);
      if (!wasAnswered && isDef(result) && result !== null && !this.hasFailed) this.resolve(result);
    } catch (error) {
      if (error instanceof Postponed) {
        this.executors.putBack(executor);
        throw error;
      }
      this.reject(error);
    }
  }

  /** Looks for the next handler of a failure; without one the promise has failed. */
  private recover(from: Executor | undefined): void {
    let handler = from;
    while (handler !== undefined && handler.type !== "reject") handler = this.executors.poll();
    if (handler === undefined) return this.state.set(STATES.FAILED);
    try {
      handler.func(this.reason);
      this.state.set(STATES.FULFILLED);
    } catch {
      // An error thrown by a handler is not reported: the promise has failed.
      this.state.set(STATES.FAILED);
    }
  }
}
