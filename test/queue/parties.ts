import type { Slot } from "../../service/dispatch/dispatcher.js";
import type { RunRecord } from "../../service/model/record.js";
import type { RunReply, RunSpec } from "../../service/model/run.js";
import { type Backend, BrokerQueue } from "../../service/queue/broker/index.js";
import { Execution } from "../../service/runs/execution.js";

/** Claims are renewed when the test says so. */
const NEVER = 1_000_000_000;

const silent = { warn: () => undefined, info: () => undefined, error: () => undefined };

/** Steps of an execution: what asks the broker for something, and the run itself. */
export type Step = "claim" | "started" | "run" | "complete";

/**
 * Where a party is held up: before the broker has heard of the step, or after it has done it and before the answer. At `run`
 * it hears of nothing before the end of the run, or after it.
 */
export interface Place {
  step: Step;
  when: "before" | "after";
}

/** Something that happens once. */
export class Event {
  happen!: () => void;
  readonly happened = new Promise<void>((resolve) => {
    this.happen = resolve;
  });
}

/** A worker as a party sees it: what it executes ends when the test says so, or when it is killed. */
export class FakeWorker implements Slot {
  /** There is a run for it. */
  readonly isWanted = new Event();
  readonly begun = new Event();
  isKilled = false;
  isRunning = false;
  private end!: (reply: RunReply) => void;
  private spec: RunSpec | undefined;

  constructor(readonly name: string) {}

  run(spec: RunSpec): Promise<RunReply> {
    this.spec = spec;
    this.isRunning = true;
    this.begun.happen();
    return new Promise((resolve) => {
      this.end = resolve;
    });
  }

  get hasBegun(): boolean {
    return this.spec !== undefined;
  }

  release(): void {}

  /** Its run comes to its own end, with the name of this worker as the result. */
  finish(): void {
    this.reply({ state: "done", result: JSON.stringify(this.name), errors: [] });
  }

  kill(): void {
    this.isKilled = true;
    if (this.spec === undefined) return;
    const errors = [{ name: "ojob", error: ["killed: by request"] }];
    this.reply({ state: "killed", endedBy: "killed", result: "null", errors });
  }

  private reply(end: Pick<RunReply, "state" | "result" | "errors" | "endedBy">): void {
    this.isRunning = false;
    const timings = { acceptedAt: 0, waitMs: 0, runMs: 0 };
    this.end({ uuid: this.spec!.uuid, timings, route: "worker", ...end });
  }
}

/** A node as far as it executes runs of a broker, which can be held up at any step. */
export class Party {
  readonly queue: BrokerQueue;
  readonly execution: Execution;
  private aheadMs = 0;
  private readonly gates = new Map<string, { place: Place; reached: Event; open: Event }>();

  constructor(
    readonly name: string,
    readonly backend: Backend,
  ) {
    this.queue = new BrokerQueue(this.gated(backend), {
      resultTtlMs: 0,
      logTtlMs: 0,
      keepRuns: 0,
      maintainMs: NEVER,
      clock: () => performance.now() + this.aheadMs,
      log: silent,
    });
    this.execution = new Execution({
      node: () => name,
      mayStart: async () => true,
      entered: () => undefined,
      left: () => undefined,
      log: silent,
    });
  }

  /** Holds this party up, once, at that step of a run. */
  holdUp(uuid: string, place: Place): { reached: Promise<void>; goOn(): void } {
    const gate = { place, reached: new Event(), open: new Event() };
    this.gates.set(uuid, gate);
    return { reached: gate.reached.happened, goOn: gate.open.happen };
  }

  /** Its process has not run for so long. */
  standStill(ms: number): void {
    this.aheadMs += ms;
  }

  /** Claims a run and executes it, as a consumer does. @returns when that is over; false when there was nothing to claim */
  async execute(uuid: string, worker: FakeWorker): Promise<boolean> {
    const claim = await this.queue.claim(uuid);
    if (claim === undefined) return false;
    worker.isWanted.happen();
    await this.execution.start(claim, worker);
    return true;
  }

  private gated(backend: Backend): Backend {
    const wait = async (uuid: string | undefined, step: Step, when: Place["when"]): Promise<void> => {
      const gate = uuid === undefined ? undefined : this.gates.get(uuid);
      if (gate?.place.step !== step || gate.place.when !== when) return;
      this.gates.delete(uuid!);
      gate.reached.happen();
      await gate.open.happened;
    };
    const passing =
      <A extends unknown[], R>(step: Step, uuidOf: (args: A) => string | undefined, act: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        await wait(uuidOf(args), step, "before");
        const answer = await act(...args);
        await wait(uuidOf(args), step, "after");
        return answer;
      };
    const steps: Partial<Backend> = {
      claim: passing("claim", ([, uuid]) => uuid, backend.claim.bind(backend)),
      started: passing("started", ([uuid]) => uuid, backend.started.bind(backend)),
      complete: passing("complete", ([uuid]) => uuid, backend.complete.bind(backend)),
    };
    return new Proxy(backend, {
      get(target, property) {
        const value = steps[property as keyof Backend] ?? Reflect.get(target, property, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }
}

/** The states of a run as the broker told of them, in order. */
export class History {
  private readonly states = new Map<string, RunRecord[]>();

  constructor(queue: BrokerQueue) {
    queue.onEvent((event) => {
      if (event.kind !== "state") return;
      this.states.set(event.uuid, [...(this.states.get(event.uuid) ?? []), event.record]);
    });
  }

  of(uuid: string): string[] {
    return (this.states.get(uuid) ?? []).map(({ state, attempt }) => `${state} ${attempt}`);
  }
}
