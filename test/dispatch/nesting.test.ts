import { expect, it, vi } from "vitest";
import { Backlog } from "../../service/dispatch/backlog.js";
import { Nesting } from "../../service/dispatch/nesting.js";
import { mostForks, type NodeState, type Policy, plan } from "../../service/dispatch/plan.js";
import { RunIds } from "../../service/dispatch/run-ids.js";

it("a run waits for as many as it has started and that have not ended, each of which ends once", () => {
  const nesting = new Nesting();
  const [first, second] = [nesting.enter("p", "a"), nesting.enter("p", "b")];
  const other = nesting.enter("q", "c");
  expect(nesting.blocked).toBe(2);
  first();
  // The end is told twice, of a slot that was used and of its dispatch: it counts once.
  first();
  expect(nesting.blocked).toBe(2);
  second();
  expect(nesting.blocked).toBe(1);
  other();
  expect(nesting.blocked).toBe(0);
});

it("sixteen in a row may wait for each other, and an end makes room for another", () => {
  const nesting = new Nesting();
  const leaves = Array.from({ length: 16 }, (_, at) => nesting.enter(String(at), String(at + 1)));
  expect(() => nesting.enter("16", "17")).toThrow(expect.objectContaining({ code: "nested_too_deep" }));
  expect(() => nesting.enter("16", "17")).toThrow(/16/);
  expect(nesting.blocked).toBe(16);
  // Beside the row there is room.
  nesting.enter("15", "beside")();
  leaves.at(-1)!();
  nesting.enter("15", "again")();
  // A run that is known no more begins a row of its own.
  nesting.enter("16", "x")();
});

it("ids of runs tell their node, its port as it is then, their name and a time, and only grow", () => {
  let port = 0;
  const ids = new RunIds("my-host", () => port);
  const before = BigInt(Date.now()) * 1_000_000n;
  const clockOf = (id: string, start: string): bigint => {
    expect(id.startsWith(start)).toBe(true);
    return BigInt(id.slice(start.length));
  };
  const first = clockOf(ids.next(), "my-host-0-");
  port = 8787;
  const second = clockOf(ids.next("job"), "my-host-8787-job_");
  // By two clocks: they may differ by some ms.
  expect(Number(first - before) / 1e6).toBeGreaterThan(-1000);
  expect(second).toBeGreaterThan(first);
  const many = Array.from({ length: 2000 }, () => clockOf(ids.next(), "my-host-8787-"));
  expect(many.every((clock, at) => at === 0 || clock > many[at - 1]!)).toBe(true);
});

it("ids differ also when the clock stands still, or goes back", () => {
  const ids = new RunIds("h", () => 1);
  const known = ids.next();
  const clock = vi.spyOn(process.hrtime, "bigint").mockReturnValue(0n);
  try {
    const next = [ids.next(), ids.next(), ids.next()];
    const number = (id: string) => BigInt(id.slice("h-1-".length));
    expect(next.map((id) => number(id) - number(known))).toEqual([1n, 2n, 3n]);
  } finally {
    clock.mockRestore();
  }
});

const policy: Policy = { FORK: true, MAXFORKS: 2, BACKLOG: 3, BACKLOGTIMEOUT: 500 };
const idle: NodeState = { free: 1, forks: 0, waiting: 0, draining: false, peers: 0, fallbacks: 0 };

it("a run may wait as long as BACKLOGTIMEOUT", () => {
  expect(plan(policy, { ...idle, free: 0 })).toEqual([{ kind: "fork" }, { kind: "backlog", timeoutMs: 500 }]);
});

it("a draining node takes no runs with a lane either", () => {
  expect(plan(policy, { ...idle, draining: true }, "management")).toEqual([]);
});

it("extra workers add up: MAXFORKS, runs that wait for runs, and one for management", () => {
  expect([mostForks(policy, 3, 0), mostForks(policy, 3, 1), mostForks(policy, 0, 9)]).toEqual([5, 6, 3]);
});

it("those in line are counted without those who take none from elsewhere", async () => {
  const backlog = new Backlog<string>(() => undefined);
  const waits = [{ isFirst: true }, { isHere: true }, {}, { isFirst: true, isHere: true }, {}].map((options) =>
    backlog.wait(options),
  );
  expect([backlog.length, backlog.ordinary]).toEqual([5, 2]);
  expect(backlog.give("from elsewhere")).toBe(true);
  expect(await waits[2]).toBe("from elsewhere");
  expect(backlog.give("another")).toBe(true);
  expect(await waits[4]).toBe("another");
  expect([backlog.give("nobody's"), backlog.length]).toEqual([false, 3]);
  backlog.clear();
  expect(await Promise.all([waits[0], waits[1], waits[3]])).toEqual([undefined, undefined, undefined]);
  expect(backlog.length).toBe(0);
});

it("who has lost interest before is never in line, and who was served has no timer left", async () => {
  vi.useFakeTimers();
  try {
    const seats = ["seat"];
    const backlog = new Backlog<string>(() => seats.shift());
    expect(await backlog.wait({ signal: AbortSignal.abort() })).toBeUndefined();
    expect(backlog.length).toBe(0);
    const interest = new AbortController();
    const wait = backlog.wait({ timeoutMs: 100, signal: interest.signal });
    const next = backlog.wait({});
    backlog.serve();
    expect(await wait).toBe("seat");
    // Nothing that happens later takes the next one out of the line.
    interest.abort();
    await vi.advanceTimersByTimeAsync(200);
    expect([vi.getTimerCount(), backlog.length]).toEqual([0, 1]);
    backlog.clear();
    expect(await next).toBeUndefined();
  } finally {
    vi.useRealTimers();
  }
});
