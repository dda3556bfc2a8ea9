import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ladderNode as node, settle, spec } from "./ladder-parts.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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
