import { ServiceError } from "../base/errors.js";
import type { Lane, RunReply, RunSpec, TriedRung } from "../model/run.js";
import { Backlog, type WaitOptions } from "./backlog.js";
import { Nesting } from "./nesting.js";
import type { PeerSlots } from "./peer-slots.js";
import { type Attempt, mostForks, type NodeState, type Policy, plan } from "./plan.js";

/** A worker reserved for a run, of this node or of another one. It has to be used or released. */
export interface Slot {
  /**
   * Starts the run; undefined, at once or later, when the worker was lost before it could begin. The promise always
   * resolves: failures are in the reply.
   */
  run(spec: RunSpec): Promise<RunReply | undefined> | undefined;
  /** Releases the worker unused. */
  release(): void;
  /** Kills the run that was started here with everything it started, and never another one, of whatever uuid. */
  kill(): void;
}

/** A worker of this node. */
export interface LocalSlot extends Slot {
  run(spec: RunSpec): Promise<RunReply> | undefined;
}

/** Workers of this node, for the ladder. */
export interface Workers {
  /** Reserves a free worker; undefined when none is free. */
  reserve(): LocalSlot | undefined;
  /** Starts a fork, which ends when it has been idle for a while. Settles when it is ready or has failed. */
  fork(): Promise<void>;
  load(): { free: number; forks: number };
  onFree(listener: () => void): void;
}

/** Requirements on a slot. */
export interface SlotOptions {
  signal?: AbortSignal;
  lane?: Lane;
  /** Only one of this node's own: the run waits where the other nodes find it, too. */
  isHere?: boolean;
  /** With lane `nested`: the run that waits, and the one that it waits for. */
  nested?: { parent: string; child: string };
}

/** Executes runs wherever there is a free worker. */
export interface Dispatcher {
  /**
   * @param signal aborts when the run is not wanted any more; a run that has begun goes on
   * @throws ServiceError `busy` when no worker is found or the signal aborts, `draining` while the node stops,
   *   `nested_too_deep`
   */
  dispatch(spec: RunSpec, signal?: AbortSignal): Promise<RunReply>;
  /**
   * Waits for a worker of this node, without a time limit; with FORK a fork is started if there may be a further one.
   * @returns undefined when the signal aborted or the node stops
   * @throws ServiceError `nested_too_deep`
   */
  slot(options?: SlotOptions): Promise<Slot | undefined>;
}

/**
 * Time after which a waiting run is worth a fork, ms: starting a process takes about as long, and most runs are over
 * sooner, so that their worker is free before the fork would be.
 */
const FORK_DELAY_MS = 50;
/** Longest wait for a fork that was started for a run, ms. */
const FORK_TIMEOUT_MS = 10_000;

/** Most dispatches of a run that was lost with its worker before it could begin. */
const MAX_LOST = 5;

/** A node without peers. */
const NO_PEERS: PeerSlots = {
  peers: 0,
  fallbacks: 0,
  reserve: async () => undefined,
  reserveFallback: async () => undefined,
  onPeerFree: () => undefined,
};

/** The executor of the ladder: tries the attempts of {@link plan} until one succeeds. */
export class LocalDispatcher implements Dispatcher {
  private readonly backlog: Backlog<Slot>;
  private readonly nesting = new Nesting();
  private readonly spareListeners: (() => void)[] = [];
  private managementWaiting = 0;
  private peers = NO_PEERS;
  private pulling = 0;
  private draining = false;

  /** @param identity returns `host:port` of this node, the first station of every route */
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

  /** Allows other nodes to execute runs, too. */
  usePeers(peers: PeerSlots): void {
    this.peers = peers;
    peers.onPeerFree(() => this.pull());
  }

  /** Number of runs that wait for a worker. */
  get waiting(): number {
    return this.backlog.length;
  }

  /** A free worker for a run of a peer; undefined when there is none, or a run here waits for it. */
  reserveForPeer(): LocalSlot | undefined {
    return this.draining || this.waiting > 0 ? undefined : this.workers.reserve();
  }

  /** Calls `listener` whenever a worker became free for which no run here waits. */
  onIdleWorker(listener: () => void): void {
    this.spareListeners.push(listener);
  }

  async dispatch(spec: RunSpec, signal?: AbortSignal): Promise<RunReply> {
    const leave = spec.parent === undefined ? undefined : this.nesting.enter(spec.parent, spec.uuid);
    const tried: TriedRung[] = [];
    try {
      for (let lost = 0; lost < MAX_LOST; lost++) {
        const slot = await this.tryRungs(spec.lane, tried, signal);
        if (slot === undefined) break;
        // Aborted while a peer was asked.
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

  /** Accepts no more runs and refuses the waiting ones. */
  drain(): void {
    this.draining = true;
    this.backlog.clear();
  }

  private state(): NodeState {
    const { peers, fallbacks } = this.peers;
    return { ...this.workers.load(), waiting: this.waiting, draining: this.draining, peers, fallbacks };
  }

  /** A worker from the first rung that has one. */
  private async tryRungs(
    lane: Lane | undefined,
    tried: TriedRung[],
    signal: AbortSignal | undefined,
  ): Promise<Slot | undefined> {
    for (const attempt of plan(this.policy, this.state(), lane)) {
      // A run that one rung has refused waits on no other.
      if (this.draining) return undefined;
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

  /** Reserves workers of peers for runs that wait here. */
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
    // A worker may have become free while other rungs were tried and no run waited for it.
    this.backlog.serve();
    if (!wait.isFirst && !wait.isHere) void this.pull();
    return slot;
  }

  /** Waits for a worker that becomes free, or for a fork started for this run, whichever is first. */
  private async waitWithFork(wait: WaitOptions, lane: Lane | undefined): Promise<Slot | undefined> {
    const forkTimer = setTimeout(() => this.startFork(), FORK_DELAY_MS);
    if (lane === "management") this.managementWaiting++;
    const slot = await this.line(wait);
    if (lane === "management") this.managementWaiting--;
    clearTimeout(forkTimer);
    return slot;
  }

  private startFork(): void {
    const most = mostForks(this.policy, this.nesting.blocked, this.managementWaiting);
    if (this.draining || this.workers.load().forks >= most) return;
    const served = (): void => this.backlog.serve();
    // The pool has logged a fork that does not start; the run goes on waiting for the other workers.
    this.workers.fork().then(served, served);
  }
}
