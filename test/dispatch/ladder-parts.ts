import { vi } from "vitest";
import { LocalDispatcher, type LocalSlot, type Slot } from "../../service/dispatch/dispatcher.js";
import type { PeerSlots } from "../../service/dispatch/peer-slots.js";
import type { Policy } from "../../service/dispatch/plan.js";
import type { RunReply, RunSpec } from "../../service/model/run.js";

/** Workers whose runs end when the test says so, and which can be lost before a run begins. */
class TestWorkers {
  forks = 0;
  isForkRefused = false;
  /** Number of next runs that are lost with their worker. */
  lost = 0;
  released = 0;
  readonly started: string[] = [];
  private readonly ends = new Map<string, () => void>();
  private readonly listeners: (() => void)[] = [];

  constructor(public free: number) {}

  reserve(): LocalSlot | undefined {
    if (this.free === 0) return undefined;
    this.free--;
    return {
      run: (spec) => this.start(spec),
      release: () => {
        this.released++;
        this.becomeFree();
      },
      kill: () => undefined,
    };
  }

  async fork(): Promise<void> {
    this.forks++;
    if (this.isForkRefused) throw new Error("no memory");
    this.free++;
  }

  load() {
    return { free: this.free, forks: this.forks };
  }

  onFree(listener: () => void): void {
    this.listeners.push(listener);
  }

  becomeFree(): void {
    this.free++;
    for (const listener of this.listeners) listener();
  }

  end(uuid: string): void {
    this.ends.get(uuid)!();
  }

  private start(spec: RunSpec): Promise<RunReply> | undefined {
    if (this.lost > 0) {
      this.lost--;
      this.becomeFree();
      return undefined;
    }
    this.started.push(spec.uuid);
    return new Promise((resolve) => {
      this.ends.set(spec.uuid, () => {
        resolve(replyOf(spec, "worker"));
        this.becomeFree();
      });
    });
  }
}

/** Peers that have as many free environments as the test says. */
class TestPeers implements PeerSlots {
  peers = 0;
  fallbacks = 0;
  asked = 0;
  readonly started: string[] = [];
  released = 0;
  hope: () => void = () => undefined;
  /** Awaited before a peer answers. */
  gate: Promise<void> = Promise.resolve();
  /** Answers whatever `peers` says: what seemed free is taken. */
  isTaken = false;

  async reserve(): Promise<Slot | undefined> {
    this.asked++;
    await this.gate;
    if (this.peers === 0 || this.isTaken) return undefined;
    this.peers--;
    return this.slot("peer");
  }

  async reserveFallback(): Promise<Slot | undefined> {
    this.asked++;
    if (this.isTaken) return undefined;
    return this.slot("fallback");
  }

  onPeerFree(listener: () => void): void {
    this.hope = listener;
  }

  private slot(kind: string): Slot {
    return {
      run: async (spec) => {
        this.started.push(spec.uuid);
        return replyOf(spec, `${kind} 127.0.0.1:2>worker`);
      },
      release: () => void this.released++,
      kill: () => undefined,
    };
  }
}

export function replyOf({ uuid }: RunSpec, route: string): RunReply {
  return { uuid, state: "done", result: "{}", errors: [], route, timings: { acceptedAt: 0, waitMs: 0, runMs: 0 } };
}

export const spec = (uuid: string, more: Partial<RunSpec> = {}): RunSpec => ({
  uuid,
  text: "",
  file: "f",
  args: {},
  ...more,
});

export function ladderNode(policy: Partial<Policy> = {}, free = 1) {
  const workers = new TestWorkers(free);
  const full: Policy = { FORK: false, MAXFORKS: 1, BACKLOG: 10, BACKLOGTIMEOUT: 5000, ...policy };
  const dispatcher = new LocalDispatcher(workers, full, () => "127.0.0.1:1");
  const peers = new TestPeers();
  return { workers, dispatcher, peers, withPeers: () => dispatcher.usePeers(peers) };
}

/** Lets promises settle; no time passes. */
export const settle = () => vi.advanceTimersByTimeAsync(0);
export const outcomesOf = (reply: RunReply) => reply.tried?.map(({ rung, outcome }) => `${rung}: ${outcome}`);
