import { ServiceError } from "../errors.js";
import { Backlog } from "./backlog.js";
import { Nesting } from "./nesting.js";
import { type Attempt, mostForks, type NodeState, type Policy, plan } from "./plan.js";
import type { Lane, RunReply, RunSpec } from "./run.js";

/** A worker set aside for a run. Has to be used or given back. */
export interface Slot {
  /** Starts the run; undefined when the worker has died in the meantime. The promise always resolves: failures are in the reply. */
  run(spec: RunSpec): Promise<RunReply> | undefined;
  /** Gives the worker back unused. */
  release(): void;
}

/** Where runs are executed on this node, as far as the ladder needs to know. */
export interface Workers {
  /** Sets a free worker aside; undefined when none is free. */
  reserve(): Slot | undefined;
  /** Starts an extra worker, gone again when it has been idle for a while. Settles when it is ready or has failed. */
  fork(): Promise<void>;
  load(): { free: number; forks: number };
  onFree(listener: () => void): void;
}

/** For whom a worker is wanted. */
export interface SlotOptions {
  signal?: AbortSignal;
  lane?: Lane;
  /** With lane `nested`: who waits for whom. */
  nested?: { parent: string; child: string };
}

/** Gives a run to whoever can execute it. */
export interface Dispatcher {
  /** @throws ServiceError `busy` when nobody takes it, `draining` while the node stops, `nested_too_deep` */
  dispatch(spec: RunSpec): Promise<RunReply>;
  /**
   * Waits in line for a worker of this node, as long as it takes; with FORK a further one is started if there may be.
   * @returns undefined when the signal aborted or the node stops
   * @throws ServiceError `nested_too_deep`
   */
  slot(options?: SlotOptions): Promise<Slot | undefined>;
}

/**
 * How long a run waits before it is worth a fork, ms: starting a process takes about as long, and most runs are over
 * sooner, so that their worker is free before the fork would be.
 */
const FORK_PATIENCE_MS = 50;
/** Longest wait for a fork that was started for a run, ms. */
const FORK_TIMEOUT_MS = 10_000;

/** The executor of the ladder: walks the attempts of {@link plan} until one takes the run. */
export class LocalDispatcher implements Dispatcher {
  private readonly backlog: Backlog<Slot>;
  private readonly nesting = new Nesting();
  private managementWaiting = 0;
  private draining = false;

  /** @param identity asked for `host:port` of this node, the first station of every route */
  constructor(
    private readonly workers: Workers,
    private readonly policy: Policy,
    private readonly identity: () => string,
  ) {
    this.backlog = new Backlog(() => workers.reserve());
    workers.onFree(() => this.backlog.serve());
  }

  /** Runs that wait for a worker. */
  get waiting(): number {
    return this.backlog.length;
  }

  async dispatch(spec: RunSpec): Promise<RunReply> {
    const leave = spec.parent === undefined ? undefined : this.nesting.enter(spec.parent, spec.uuid);
    try {
      for (const attempt of plan(this.policy, this.state(), spec.lane)) {
        const reply = await (await this.attempt(attempt, spec.lane))?.run(spec);
        if (reply !== undefined) return { ...reply, route: `${this.identity()}>${reply.route}` };
      }
      throw new ServiceError(this.draining ? "draining" : "busy");
    } finally {
      leave?.();
    }
  }

  async slot({ signal, lane, nested }: SlotOptions = {}): Promise<Slot | undefined> {
    if (this.draining) return undefined;
    const leave = nested === undefined ? undefined : this.nesting.enter(nested.parent, nested.child);
    const isFirst = lane !== undefined;
    const free = isFirst || this.backlog.length === 0 ? this.workers.reserve() : undefined;
    const slot = free ?? (await this.waitWithFork({ signal, isFirst }, lane));
    if (slot === undefined || leave === undefined) {
      leave?.();
      return slot;
    }
    return {
      run(spec) {
        const reply = slot.run(spec);
        if (reply === undefined) leave();
        else void reply.then(leave);
        return reply;
      },
      release() {
        leave();
        slot.release();
      },
    };
  }

  /** Takes nothing new and sends away who still waits. */
  drain(): void {
    this.draining = true;
    this.backlog.clear();
  }

  private state(): NodeState {
    return { ...this.workers.load(), waiting: this.waiting, draining: this.draining };
  }

  private attempt(attempt: Attempt, lane: Lane | undefined): Slot | undefined | Promise<Slot | undefined> {
    switch (attempt.kind) {
      case "local":
        return this.workers.reserve();
      case "backlog":
        return this.backlog.wait({ timeoutMs: attempt.timeoutMs });
      case "fork":
        return this.waitWithFork({ timeoutMs: FORK_TIMEOUT_MS }, lane);
      case "lane":
        return this.waitWithFork({ timeoutMs: this.policy.BACKLOGTIMEOUT, isFirst: true }, lane);
    }
  }

  /** Waits for whichever is first: a worker that becomes free, or a fork started for this run. */
  private async waitWithFork(
    wait: { timeoutMs?: number; isFirst?: boolean; signal?: AbortSignal },
    lane: Lane | undefined,
  ): Promise<Slot | undefined> {
    const patience = setTimeout(() => this.startFork(), FORK_PATIENCE_MS);
    if (lane === "management") this.managementWaiting++;
    const slot = await this.backlog.wait(wait);
    if (lane === "management") this.managementWaiting--;
    clearTimeout(patience);
    return slot;
  }

  private startFork(): void {
    const most = mostForks(this.policy, this.nesting.blocked, this.managementWaiting);
    if (this.draining || this.workers.load().forks >= most) return;
    const served = (): void => this.backlog.serve();
    // A fork that does not come up has been logged by the pool; the run goes on waiting for the other workers.
    this.workers.fork().then(served, served);
  }
}
