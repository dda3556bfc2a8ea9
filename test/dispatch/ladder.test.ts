import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ladderNode as node, outcomesOf, settle, spec } from "./ladder-parts.js";

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
