import { ServiceError } from "../base/errors.js";
import type { Lane, RunReply, RunSpec, TriedRung } from "../model/run.js";
import { Backlog, type WaitOptions } from "./backlog.js";
import { Nesting } from "./nesting.js";
import type { PeerSlots } from "./peer-slots.js";
import { type Attempt, mostForks, type NodeState, type Policy, plan } from "./plan.js";

/** A worker set aside for a run, of this node or of another one. Has to be used or given back. */
export interface Slot {
  /**
   * Starts the run; undefined, at once or later, when the worker was lost before it could begin. The promise always
   * resolves: failures are in the reply.
   */
  run(spec: RunSpec): Promise<RunReply | undefined> | undefined;
  /** Gives the worker back unused. */
  release(): void;
  /** Ends the run that was started here with everything it started, and never another one, of whatever uuid. */
  kill(): void;
}

/** A worker of this node. */
export interface LocalSlot extends Slot {
  run(spec: RunSpec): Promise<RunReply> | undefined;
}

/** Where runs are executed on this node, as far as the ladder needs to know. */
export interface Workers {
  /** Sets a free worker aside; undefined when none is free. */
  reserve(): LocalSlot | undefined;
  /** Starts an extra worker, gone again when it has been idle for a while. Settles when it is ready or has failed. */
  fork(): Promise<void>;
  load(): { free: number; forks: number };
  onFree(listener: () => void): void;
}

/** For whom a worker is wanted. */
export interface SlotOptions {
  signal?: AbortSignal;
  lane?: Lane;
  /** Only one of this node's own: the run waits where the other nodes find it, too. */
  isHere?: boolean;
  /** With lane `nested`: who waits for whom. */
  nested?: { parent: string; child: string };
}

/** Gives a run to whoever can execute it. */
export interface Dispatcher {
  /**
   * @param signal aborts when the run is not wanted any more; what has begun goes on
   * @throws ServiceError `busy` when nobody takes it or it is not wanted any more, `draining` while the node stops,
   *   `nested_too_deep`
   */
  dispatch(spec: RunSpec, signal?: AbortSignal): Promise<RunReply>;
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

/** How often a run that was lost with its worker, before it could begin, is dispatched again. */
const MOST_LOST = 5;

/** A node that is alone. */
const NO_PEERS: PeerSlots = {
  peers: 0,
  fallbacks: 0,
  reserve: async () => undefined,
  reserveFallback: async () => undefined,
  onHope: () => undefined,
};

/** The executor of the ladder: walks the attempts of {@link plan} until one takes the run. */
export class LocalDispatcher implements Dispatcher {
  private readonly backlog: Backlog<Slot>;
  private readonly nesting = new Nesting();
  private readonly spareListeners: (() => void)[] = [];
  private managementWaiting = 0;
  private peers = NO_PEERS;
  private pulling = 0;
  private draining = false;

  /** @param identity asked for `host:port` of this node, the first station of every route */
  constructor(
    private readonly workers: Workers,
    private readonly policy: Policy,
    private readonly identity: () => string,
  ) {
    this.backlog = new Backlog(() => workers.reserve());
    workers.onFree(() => {
      this.backlog.serve();
      if (this.waiting === 0) for (const listener of this.spareListeners) listener();
    });
  }

  /** Lets runs be executed by other nodes, too. */
  usePeers(peers: PeerSlots): void {
    this.peers = peers;
    peers.onHope(() => this.pull());
  }

  /** Runs that wait for a worker. */
  get waiting(): number {
    return this.backlog.length;
  }

  /** A free worker for a run of another node; undefined when there is none, or somebody here waits for it. */
  reserveForGuest(): LocalSlot | undefined {
    return this.draining || this.waiting > 0 ? undefined : this.workers.reserve();
  }

  /** Calls `listener` whenever a worker became free that nobody here waits for. */
  onSpare(listener: () => void): void {
    this.spareListeners.push(listener);
  }

  async dispatch(spec: RunSpec, signal?: AbortSignal): Promise<RunReply> {
    const leave = spec.parent === undefined ? undefined : this.nesting.enter(spec.parent, spec.uuid);
    const tried: TriedRung[] = [];
    try {
      for (let lost = 0; lost < MOST_LOST; lost++) {
        const slot = await this.climb(spec.lane, tried, signal);
        if (slot === undefined) break;
        // Not wanted any more while a peer was asked.
        if (signal?.aborted) {
          slot.release();
          break;
        }
        const reply = await slot.run(spec);
        if (reply !== undefined) return { ...reply, route: `${this.identity()}>${reply.route}`, tried };
        tried.at(-1)!.outcome = "lost before it began";
      }
      throw new ServiceError(this.draining ? "draining" : "busy");
    } finally {
      leave?.();
    }
  }

  async slot({ signal, lane, isHere = false, nested }: SlotOptions = {}): Promise<Slot | undefined> {
    if (this.draining) return undefined;
    const leave = nested === undefined ? undefined : this.nesting.enter(nested.parent, nested.child);
    const isFirst = lane !== undefined;
    const free = isFirst || this.backlog.length === 0 ? this.workers.reserve() : undefined;
    const mayLeave = !isFirst && !isHere && this.waiting === 0 && this.peers.peers > 0;
    const near = free ?? (mayLeave ? await this.peers.reserve() : undefined);
    const slot = near ?? (await this.waitWithFork({ signal, isFirst, isHere }, lane));
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
      kill: () => slot.kill(),
    };
  }

  /** Takes nothing new and sends away who still waits. */
  drain(): void {
    this.draining = true;
    this.backlog.clear();
  }

  private state(): NodeState {
    const { peers, fallbacks } = this.peers;
    return { ...this.workers.load(), waiting: this.waiting, draining: this.draining, peers, fallbacks };
  }

  /** A worker from the first rung that has one. */
  private async climb(
    lane: Lane | undefined,
    tried: TriedRung[],
    signal: AbortSignal | undefined,
  ): Promise<Slot | undefined> {
    for (const attempt of plan(this.policy, this.state(), lane)) {
      const from = performance.now();
      const slot = await this.attempt(attempt, lane, signal);
      if (signal?.aborted) {
        slot?.release();
        return undefined;
      }
      const ms = Math.round((performance.now() - from) * 1000) / 1000;
      tried.push({ rung: attempt.kind, outcome: slot === undefined ? "none free" : "taken", ms });
      if (slot !== undefined) return slot;
    }
    return undefined;
  }

  /** Fetches workers of peers for those who wait here. */
  private async pull(): Promise<void> {
    while (this.backlog.ordinary > this.pulling && this.peers.peers > 0) {
      this.pulling++;
      const slot = await this.peers.reserve().finally(() => this.pulling--);
      if (slot === undefined) return;
      if (!this.backlog.give(slot)) return slot.release();
    }
  }

  private attempt(
    attempt: Attempt,
    lane: Lane | undefined,
    signal: AbortSignal | undefined,
  ): Slot | undefined | Promise<Slot | undefined> {
    switch (attempt.kind) {
      case "local":
        return this.workers.reserve();
      case "peer":
        return this.peers.reserve();
      case "fallback":
        return this.peers.reserveFallback();
      case "backlog":
        return this.line({ timeoutMs: attempt.timeoutMs, signal });
      case "fork":
        return this.waitWithFork({ timeoutMs: FORK_TIMEOUT_MS, signal }, lane);
      case "lane":
        return this.waitWithFork({ timeoutMs: this.policy.BACKLOGTIMEOUT, isFirst: true, signal }, lane);
    }
  }

  /** Waits for a worker, also of a peer. */
  private line(wait: WaitOptions): Promise<Slot | undefined> {
    const slot = this.backlog.wait(wait);
    // While other rungs were tried one may have become free, when nobody was in line for it.
    this.backlog.serve();
    if (!wait.isFirst && !wait.isHere) void this.pull();
    return slot;
  }

  /** Waits for whichever is first: a worker that becomes free, or a fork started for this run. */
  private async waitWithFork(wait: WaitOptions, lane: Lane | undefined): Promise<Slot | undefined> {
    const patience = setTimeout(() => this.startFork(), FORK_PATIENCE_MS);
    if (lane === "management") this.managementWaiting++;
    const slot = await this.line(wait);
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
