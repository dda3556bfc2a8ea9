import { expect, test } from "vitest";
import { mostForks, type NodeState, type Policy, plan } from "../../service/dispatch/plan.js";

const policy: Policy = { FORK: true, MAXFORKS: 2, BACKLOG: 3, BACKLOGTIMEOUT: 500 };
const idle: NodeState = { free: 1, forks: 0, waiting: 0, draining: false, peers: 0, fallbacks: 0 };
const kinds = (p: Policy, s: NodeState): string[] => plan(p, s).map((attempt) => attempt.kind);

test("a free worker comes first, then a fork, then the backlog", () => {
  expect(kinds(policy, idle)).toEqual(["local", "fork", "backlog"]);
});

test("a newcomer does not overtake the runs that wait", () => {
  expect(kinds(policy, { ...idle, waiting: 1 })).toEqual(["fork", "backlog"]);
});

test("no fork above MAXFORKS, and none with FORK=false", () => {
  expect(kinds(policy, { ...idle, free: 0, forks: 2 })).toEqual(["backlog"]);
  expect(kinds({ ...policy, FORK: false }, { ...idle, free: 0 })).toEqual(["backlog"]);
});

test("peers that seem free come before fallbacks, and those before a fork", () => {
  const busy = { ...idle, free: 0, peers: 2, fallbacks: 1 };
  expect(kinds(policy, busy)).toEqual(["peer", "fallback", "fork", "backlog"]);
  expect(kinds(policy, { ...busy, free: 1 })).toEqual(["local", "peer", "fallback", "fork", "backlog"]);
});

test("a newcomer does not overtake those who wait at a peer, either, and runs with a lane stay", () => {
  expect(kinds(policy, { ...idle, waiting: 1, peers: 1, fallbacks: 1 })).toEqual(["fork", "backlog"]);
  const lane = plan(policy, { ...idle, free: 0, peers: 1 }, "management").map(({ kind }) => kind);
  expect(lane).toEqual(["local", "lane"]);
});

test("with FORK=false and BACKLOG=0 a busy node refuses at once", () => {
  expect(plan({ ...policy, FORK: false, BACKLOG: 0 }, { ...idle, free: 0 })).toEqual([]);
});

test("a full backlog refuses", () => {
  expect(kinds({ ...policy, FORK: false }, { ...idle, free: 0, waiting: 3 })).toEqual([]);
});

test("a draining node takes nothing", () => {
  expect(plan(policy, { ...idle, draining: true })).toEqual([]);
});

test("a run with a lane of its own does not queue up behind the backlog", () => {
  const busy = { ...idle, free: 0, waiting: 3 };
  expect(plan(policy, busy, "management").map((attempt) => attempt.kind)).toEqual(["local", "lane"]);
});

test("every run that waits for a run, and one management job, may have a worker more", () => {
  expect(mostForks(policy, 0, 0)).toBe(2);
  expect(mostForks({ ...policy, FORK: false }, 3, 0)).toBe(3);
  expect(mostForks({ ...policy, FORK: false }, 0, 5)).toBe(1);
});
