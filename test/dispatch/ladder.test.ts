import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
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

function replyOf({ uuid }: RunSpec, route: string): RunReply {
  return { uuid, state: "done", result: "{}", errors: [], route, timings: { acceptedAt: 0, waitMs: 0, runMs: 0 } };
}

const spec = (uuid: string, more: Partial<RunSpec> = {}): RunSpec => ({ uuid, text: "", file: "f", args: {}, ...more });

function node(policy: Partial<Policy> = {}, free = 1) {
  const workers = new TestWorkers(free);
  const full: Policy = { FORK: false, MAXFORKS: 1, BACKLOG: 10, BACKLOGTIMEOUT: 5000, ...policy };
  const dispatcher = new LocalDispatcher(workers, full, () => "127.0.0.1:1");
  const peers = new TestPeers();
  return { workers, dispatcher, peers, withPeers: () => dispatcher.usePeers(peers) };
}

/** Lets promises settle; no time passes. */
const settle = () => vi.advanceTimersByTimeAsync(0);
const outcomesOf = (reply: RunReply) => reply.tried?.map(({ rung, outcome }) => `${rung}: ${outcome}`);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("what a reply tells of its way", () => {
  it("is the node, whoever executed it, and each rung that was tried with how long it took", async () => {
    const { dispatcher, peers, withPeers } = node({}, 0);
    withPeers();
    Object.assign(peers, { peers: 1, fallbacks: 1, isTaken: true });
    const dispatched = dispatcher.dispatch(spec("a"));
    peers.gate = new Promise((resolve) => setTimeout(resolve, 12));
    await settle();
    peers.isTaken = false;
    await vi.advanceTimersByTimeAsync(20);
    const reply = await dispatched;
    expect(reply.route).toMatch(/^127\.0\.0\.1:1>(peer|fallback) 127\.0\.0\.1:2>worker$/);
    expect(reply.tried!.at(-1)!.outcome).toBe("taken");
    expect(reply.tried!.every(({ ms }) => ms >= 0 && Number.isFinite(ms))).toBe(true);
  });

  it("tells the time of a wait in ms, to the microsecond", async () => {
    const { dispatcher, workers } = node({}, 0);
    const dispatched = dispatcher.dispatch(spec("a"));
    await vi.advanceTimersByTimeAsync(1234);
    workers.becomeFree();
    await settle();
    workers.end("a");
    const { tried } = await dispatched;
    expect(tried).toEqual([{ rung: "backlog", outcome: "taken", ms: 1234 }]);
  });

  it("names a worker that was lost before the run began, which then goes to the next", async () => {
    const { dispatcher, workers } = node();
    workers.lost = 2;
    const dispatched = dispatcher.dispatch(spec("a"));
    await settle();
    workers.end("a");
    expect(outcomesOf(await dispatched)).toEqual([
      "local: lost before it began",
      "local: lost before it began",
      "local: taken",
    ]);
    expect(workers.started).toEqual(["a"]);
  });

  it("a run that loses five workers in a row is refused, and was started by none", async () => {
    const { dispatcher, workers } = node();
    workers.lost = 5;
    await expect(dispatcher.dispatch(spec("a"))).rejects.toMatchObject({ code: "busy" });
    expect([workers.lost, workers.started]).toEqual([0, []]);
    workers.lost = 4;
    const dispatched = dispatcher.dispatch(spec("b"));
    await settle();
    workers.end("b");
    expect((await dispatched).state).toBe("done");
  });
});

describe("a run that finds no worker", () => {
  it("is refused when BACKLOGTIMEOUT is over, not before, and leaves nothing behind", async () => {
    const { dispatcher, workers } = node({ BACKLOGTIMEOUT: 300 }, 0);
    const code = dispatcher.dispatch(spec("a")).catch((error: { code: string }) => error.code);
    await vi.advanceTimersByTimeAsync(299);
    expect(dispatcher.waiting).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect([await code, dispatcher.waiting]).toEqual(["busy", 0]);
    workers.becomeFree();
    expect(workers.free).toBe(1);
  });

  it("is refused as `draining` by a node that stops, also when it waits already", async () => {
    const { dispatcher } = node({}, 0);
    const waiting = dispatcher.dispatch(spec("a")).catch((error: { code: string }) => error.code);
    dispatcher.drain();
    expect(await waiting).toBe("draining");
    await expect(dispatcher.dispatch(spec("b"))).rejects.toMatchObject({ code: "draining" });
    expect(await dispatcher.slot()).toBeUndefined();
  });

  it("goes to a fork when none has become free for 50 ms, with FORK=true and not above MAXFORKS", async () => {
    const { dispatcher, workers } = node({ FORK: true, MAXFORKS: 1 }, 0);
    const first = dispatcher.dispatch(spec("a"));
    await vi.advanceTimersByTimeAsync(49);
    expect(workers.forks).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect([workers.forks, workers.started]).toEqual([1, ["a"]]);
    const second = dispatcher.dispatch(spec("b"));
    await vi.advanceTimersByTimeAsync(1000);
    expect([workers.forks, workers.started]).toEqual([1, ["a"]]);
    workers.end("a");
    await settle();
    workers.end("b");
    expect(outcomesOf(await first)).toEqual(["fork: taken"]);
    expect(outcomesOf(await second)).toEqual(["backlog: taken"]);
  });

  it("needs no fork when a worker becomes free before", async () => {
    const { dispatcher, workers } = node({ FORK: true }, 0);
    const dispatched = dispatcher.dispatch(spec("a"));
    await vi.advanceTimersByTimeAsync(30);
    workers.becomeFree();
    await vi.advanceTimersByTimeAsync(1000);
    expect(workers.forks).toBe(0);
    workers.end("a");
    await dispatched;
  });

  it("waits on for the others when a fork does not come up, and is refused when both were in vain", async () => {
    const { dispatcher, workers } = node({ FORK: true, BACKLOGTIMEOUT: 500 }, 0);
    workers.isForkRefused = true;
    const served = dispatcher.dispatch(spec("a"));
    const refused = dispatcher.dispatch(spec("b")).catch((error: { code: string }) => error.code);
    await vi.advanceTimersByTimeAsync(60);
    workers.becomeFree();
    await settle();
    expect(workers.started).toEqual(["a"]);
    // 10 s for the fork, and its time in the backlog.
    await vi.advanceTimersByTimeAsync(10_000 + 500);
    expect(await refused).toBe("busy");
    workers.end("a");
    await served;
  });

  it("that nobody wants any more gives back what it gets, and is started nowhere", async () => {
    const { dispatcher, peers, withPeers } = node({}, 0);
    withPeers();
    peers.peers = 1;
    let open: () => void = () => undefined;
    peers.gate = new Promise((resolve) => (open = resolve));
    const interest = new AbortController();
    const code = dispatcher.dispatch(spec("a"), interest.signal).catch((error: { code: string }) => error.code);
    await settle();
    interest.abort();
    open();
    expect(await code).toBe("busy");
    expect([peers.released, peers.started]).toEqual([1, []]);
  });

  it("that nobody wants any more leaves the backlog at once", async () => {
    const { dispatcher, workers } = node({}, 0);
    const interest = new AbortController();
    const code = dispatcher.dispatch(spec("a"), interest.signal).catch((error: { code: string }) => error.code);
    await settle();
    interest.abort();
    expect([await code, dispatcher.waiting]).toEqual(["busy", 0]);
    workers.becomeFree();
    expect(workers.started).toEqual([]);
  });
});

describe("peers", () => {
  it("are asked when this node has no free worker, before fallbacks, and those before the backlog", async () => {
    const { dispatcher, peers, withPeers, workers } = node();
    withPeers();
    Object.assign(peers, { peers: 1, fallbacks: 1 });
    const own = dispatcher.dispatch(spec("own"));
    expect((await dispatcher.dispatch(spec("peer"))).route).toBe("127.0.0.1:1>peer 127.0.0.1:2>worker");
    expect((await dispatcher.dispatch(spec("fallback"))).route).toBe("127.0.0.1:1>fallback 127.0.0.1:2>worker");
    peers.isTaken = true;
    peers.peers = 1;
    const last = dispatcher.dispatch(spec("last"));
    await settle();
    expect(dispatcher.waiting).toBe(1);
    workers.end("own");
    await settle();
    workers.end("last");
    expect(outcomesOf(await last)).toEqual(["peer: none free", "fallback: none free", "backlog: taken"]);
    await own;
  });

  it("serve who waits here as soon as there is hope of one", async () => {
    const { dispatcher, peers, withPeers } = node({}, 0);
    withPeers();
    const waiting = dispatcher.dispatch(spec("a"));
    await settle();
    expect([dispatcher.waiting, peers.asked]).toEqual([1, 0]);
    peers.peers = 2;
    peers.hope();
    expect((await waiting).route).toContain("peer");
    // Nobody waits any more: nobody is asked.
    const { asked } = peers;
    peers.hope();
    await settle();
    expect(peers.asked).toBe(asked);
  });

  it("are asked for as many environments as there are runs that wait, at once", async () => {
    const { dispatcher, peers, withPeers } = node({}, 0);
    withPeers();
    const all = ["a", "b"].map((uuid) => dispatcher.dispatch(spec(uuid)));
    await settle();
    let open: () => void = () => undefined;
    peers.gate = new Promise((resolve) => (open = resolve));
    peers.peers = 5;
    for (let turn = 0; turn < 4; turn++) peers.hope();
    await settle();
    expect(peers.asked).toBe(2);
    open();
    await Promise.all(all);
    await settle();
    expect(peers.started.sort()).toEqual(["a", "b"]);
    expect(peers.released).toBe(peers.asked - 2);
  });

  it("get an environment back that nobody here needs any more", async () => {
    const { dispatcher, peers, withPeers, workers } = node({}, 0);
    withPeers();
    const waiting = dispatcher.dispatch(spec("a"));
    await settle();
    let open: () => void = () => undefined;
    peers.gate = new Promise((resolve) => (open = resolve));
    peers.peers = 1;
    peers.hope();
    workers.becomeFree();
    open();
    await settle();
    expect([peers.released, peers.started, workers.started]).toEqual([1, [], ["a"]]);
    workers.end("a");
    await waiting;
  });

  it("take no management jobs, nor runs that are waited for by one of this node", async () => {
    const { dispatcher, peers, withPeers, workers } = node({}, 0);
    withPeers();
    peers.peers = 3;
    const management = dispatcher.dispatch(spec("m", { lane: "management" }));
    const nested = dispatcher.dispatch(spec("n", { lane: "nested", parent: "p" }));
    await settle();
    peers.hope();
    await settle();
    expect([peers.asked, dispatcher.waiting]).toEqual([0, 2]);
    workers.becomeFree();
    workers.becomeFree();
    await settle();
    for (const uuid of ["m", "n"]) workers.end(uuid);
    await Promise.all([management, nested]);
  });
});

describe("a worker for a run of another node", () => {
  it("is given only while nobody waits here, and never by a node that stops", async () => {
    const { dispatcher, workers } = node({}, 0);
    const waiting = dispatcher.dispatch(spec("a"));
    await settle();
    // Free, and not given out yet.
    workers.free = 1;
    expect(dispatcher.reserveForPeer()).toBeUndefined();
    workers.free = 0;
    workers.becomeFree();
    await settle();
    workers.end("a");
    await waiting;
    const slot = dispatcher.reserveForPeer();
    expect([slot !== undefined, workers.free]).toEqual([true, 0]);
    slot!.release();
    dispatcher.drain();
    expect([dispatcher.reserveForPeer(), workers.free]).toEqual([undefined, 1]);
  });

  it("is told of whenever one becomes free that nobody here waits for", async () => {
    const { dispatcher, workers } = node({}, 0);
    let spare = 0;
    dispatcher.onIdleWorker(() => spare++);
    dispatcher.onIdleWorker(() => spare++);
    const waiting = [dispatcher.dispatch(spec("a")), dispatcher.dispatch(spec("b"))];
    await settle();
    workers.becomeFree();
    expect(spare).toBe(0);
    workers.becomeFree();
    expect(spare).toBe(2);
    await settle();
    for (const uuid of ["a", "b"]) workers.end(uuid);
    await Promise.all(waiting);
    expect(spare).toBe(6);
  });
});

describe("a slot for a run of the queue", () => {
  it("is a free worker of this node at once, else one of a peer", async () => {
    const { dispatcher, peers, withPeers, workers } = node();
    withPeers();
    peers.peers = 1;
    const own = await dispatcher.slot();
    expect([workers.free, peers.asked]).toEqual([0, 0]);
    const foreign = await dispatcher.slot();
    expect([peers.asked, foreign !== undefined]).toEqual([1, true]);
    own!.release();
    foreign!.release();
    expect([workers.released, peers.released]).toEqual([1, 1]);
  });

  it("of this node only is never asked of peers, not even while it waits", async () => {
    const { dispatcher, peers, withPeers, workers } = node({}, 0);
    withPeers();
    peers.peers = 3;
    const slot = dispatcher.slot({ isHere: true });
    await settle();
    peers.hope();
    await settle();
    expect([peers.asked, dispatcher.waiting]).toEqual([0, 1]);
    workers.becomeFree();
    expect(await slot).toBeDefined();
  });

  it("is waited for in line: who has no lane overtakes nobody, neither here nor at a peer", async () => {
    const { dispatcher, peers, withPeers, workers } = node({}, 0);
    const waiting = dispatcher.dispatch(spec("a"));
    await settle();
    withPeers();
    peers.peers = 1;
    peers.isTaken = true;
    workers.free = 1;
    const slot = dispatcher.slot();
    await settle();
    // The worker that was free went to who was first in line.
    expect(workers.started).toEqual(["a"]);
    expect(dispatcher.waiting).toBe(1);
    workers.end("a");
    await waiting;
    (await slot)!.release();
  });

  it("with a lane comes before all that wait, from whatever worker is free first", async () => {
    const { dispatcher, workers } = node({}, 0);
    const waiting = dispatcher.dispatch(spec("a"));
    await settle();
    const slot = dispatcher.slot({ lane: "management" });
    await settle();
    workers.becomeFree();
    expect(await slot).toBeDefined();
    expect(workers.started).toEqual([]);
    workers.free = 1;
    const next = await dispatcher.slot({ lane: "nested" });
    expect([next !== undefined, workers.free]).toEqual([true, 0]);
    workers.becomeFree();
    await settle();
    workers.end("a");
    await waiting;
  });

  it("counts as waited for by its parent until its run ends, is lost, or it is given back", async () => {
    const { dispatcher, workers } = node({ FORK: false }, 1);
    const deep = async () => {
      // As many extra workers as runs that wait for a run: with nobody waiting there is none.
      const before = workers.forks;
      workers.free = 0;
      const interest = new AbortController();
      const other = dispatcher.slot({ signal: interest.signal });
      await vi.advanceTimersByTimeAsync(60);
      interest.abort();
      const slot = await other;
      const started = workers.forks - before;
      workers.forks = 0;
      slot?.release();
      workers.free = 1;
      return started;
    };
    expect(await deep()).toBe(0);
    const nested = { parent: "p", child: "c" };
    const given = (await dispatcher.slot({ lane: "nested", nested }))!;
    expect(await deep()).toBe(1);
    given.release();
    expect(await deep()).toBe(0);

    const used = (await dispatcher.slot({ lane: "nested", nested }))!;
    const reply = used.run(spec("c"))!;
    expect(await deep()).toBe(1);
    workers.end("c");
    await reply;
    await settle();
    expect(await deep()).toBe(0);

    const lost = (await dispatcher.slot({ lane: "nested", nested }))!;
    workers.lost = 1;
    expect(lost.run(spec("c"))).toBeUndefined();
    expect(await deep()).toBe(0);
  });

  it("of a wait that is given up lets its parent go, too", async () => {
    const { dispatcher, workers } = node({ FORK: false }, 0);
    const interest = new AbortController();
    const nested = { parent: "p", child: "c" };
    const waiting = dispatcher.slot({ lane: "nested", nested, signal: interest.signal });
    await settle();
    interest.abort();
    expect(await waiting).toBeUndefined();
    const other = new AbortController();
    const second = dispatcher.slot({ signal: other.signal });
    await vi.advanceTimersByTimeAsync(60);
    expect(workers.forks).toBe(0);
    other.abort();
    await second;
  });

  it("kills the run that was started with it", async () => {
    const { dispatcher, workers } = node();
    let killed = 0;
    const reserve = workers.reserve.bind(workers);
    workers.reserve = () => {
      const slot = reserve();
      return slot === undefined ? undefined : { ...slot, kill: () => void killed++ };
    };
    const slot = (await dispatcher.slot({ lane: "nested", nested: { parent: "p", child: "c" } }))!;
    slot.kill();
    expect(killed).toBe(1);
    slot.release();
  });
});

describe("an extra worker", () => {
  it("is started for a management job that waits, one for however many, also with FORK=false", async () => {
    const { dispatcher, workers } = node({ FORK: false }, 0);
    const jobs = ["m", "n"].map((uuid) => dispatcher.dispatch(spec(uuid, { lane: "management" })));
    await vi.advanceTimersByTimeAsync(60);
    expect([workers.forks, workers.started]).toEqual([1, ["m"]]);
    workers.end("m");
    await settle();
    workers.end("n");
    await Promise.all(jobs);
    // None waits any more: one that waits for something else gets none.
    workers.forks = 0;
    workers.free = 0;
    const interest = new AbortController();
    const slot = dispatcher.slot({ signal: interest.signal });
    await vi.advanceTimersByTimeAsync(60);
    expect(workers.forks).toBe(0);
    interest.abort();
    await slot;
  });

  it("is started by no node that stops", async () => {
    const { dispatcher, workers } = node({ FORK: true }, 0);
    const code = dispatcher.dispatch(spec("a")).catch((error: { code: string }) => error.code);
    dispatcher.drain();
    // At once: it is not sent from one rung to the next.
    await settle();
    expect(dispatcher.waiting).toBe(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect([await code, workers.forks]).toEqual(["draining", 0]);
  });

  it("serves whoever is first in line when it is ready", async () => {
    const { dispatcher, workers } = node({ FORK: true, MAXFORKS: 2 }, 0);
    const all = ["a", "b"].map((uuid) => dispatcher.dispatch(spec(uuid)));
    await vi.advanceTimersByTimeAsync(60);
    expect([workers.forks, workers.started]).toEqual([2, ["a", "b"]]);
    for (const uuid of ["a", "b"]) workers.end(uuid);
    await Promise.all(all);
  });
});
