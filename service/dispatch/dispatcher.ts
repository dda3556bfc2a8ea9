import { ServiceError } from "../errors.js";
import { Backlog } from "./backlog.js";
import { type Attempt, type NodeState, type Policy, plan } from "./plan.js";
import type { RunReply, RunSpec } from "./run.js";

/** Where runs are executed on this node, as far as the ladder needs to know. */
export interface Workers {
  /** Starts the run on a free worker; undefined when none is free. */
  tryRun(spec: RunSpec): Promise<RunReply> | undefined;
  /** Starts an extra worker, gone again when it has been idle for a while. Settles when it is ready or has failed. */
  fork(): Promise<void>;
  load(): { free: number; forks: number };
  onFree(listener: () => void): void;
}

/** Gives a run to whoever can execute it. */
export interface Dispatcher {
  /** @throws ServiceError `busy` when nobody takes it, `draining` while the node stops */
  dispatch(spec: RunSpec): Promise<RunReply>;
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
  private readonly backlog = new Backlog<RunReply>();
  private draining = false;

  /** @param identity asked for `host:port` of this node, the first station of every route */
  constructor(
    private readonly workers: Workers,
    private readonly policy: Policy,
    private readonly identity: () => string,
  ) {
    workers.onFree(() => this.backlog.serve());
  }

  /** Runs that wait for a worker. */
  get waiting(): number {
    return this.backlog.length;
  }

  async dispatch(spec: RunSpec): Promise<RunReply> {
    for (const attempt of plan(this.policy, this.state())) {
      const reply = await this.attempt(attempt, spec);
      if (reply !== undefined) return { ...reply, route: `${this.identity()}>${reply.route}` };
    }
    throw new ServiceError(this.draining ? "draining" : "busy");
  }

  /** Takes nothing new and sends away who still waits. */
  drain(): void {
    this.draining = true;
    this.backlog.clear();
  }

  private state(): NodeState {
    return { ...this.workers.load(), waiting: this.waiting, draining: this.draining };
  }

  private attempt(attempt: Attempt, spec: RunSpec): Promise<RunReply | undefined> {
    const take = (): Promise<RunReply> | undefined => this.workers.tryRun(spec);
    if (attempt.kind === "local") return take() ?? Promise.resolve(undefined);
    if (attempt.kind === "backlog") return this.backlog.wait(take, attempt.timeoutMs);
    return this.waitWithFork(take);
  }

  /** Waits for whichever is first: a worker that becomes free, or a fork started for this run. */
  private waitWithFork(take: () => Promise<RunReply> | undefined): Promise<RunReply | undefined> {
    const patience = setTimeout(() => this.startFork(), FORK_PATIENCE_MS);
    const takeInTime = (): Promise<RunReply> | undefined => {
      const outcome = take();
      if (outcome !== undefined) clearTimeout(patience);
      return outcome;
    };
    return this.backlog.wait(takeInTime, FORK_TIMEOUT_MS);
  }

  private startFork(): void {
    if (this.draining || this.workers.load().forks >= this.policy.MAXFORKS) return;
    const served = (): void => this.backlog.serve();
    // A fork that does not come up has been logged by the pool; the run goes on waiting for the other workers.
    this.workers.fork().then(served, served);
  }
}
