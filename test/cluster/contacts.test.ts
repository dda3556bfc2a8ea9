import { describe, expect, it, vi } from "vitest";
import { Contacts } from "../../service/cluster/contacts.js";
import { loadText, readLoad } from "../../service/cluster/load-text.js";
import { PeerClocks } from "../../service/cluster/peer-clocks.js";
import { ownerOf } from "../../service/cluster/run-owner.js";
import { timingOf } from "../../service/cluster/timing.js";

const load = { free: 1, waiting: 0, running: 0, forks: 0, draining: false };
const _codeOf = (act: () => unknown): string => {
  try {
    act();
    return "good";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("contacts", () => {
  const timing = timingOf(10_000);
  const address = (host: string) => ({ host, port: 1 });
  const contacts = (...hosts: string[]) => {
    const made = new Contacts(timing, () => 0.5);
    made.add(hosts.map(address));
    return made;
  };
  const none = () => false;
  const due = (from: Contacts, now: number, isMet: (identity: string) => boolean = none) =>
    from.due(now, isMet).map(({ host }) => host);

  it("are tried a few at a time, in turn, and not again before their pause is over", () => {
    const made = contacts("a", "b", "c", "d", "e");
    expect(due(made, 1000)).toEqual(["a", "b", "c"]);
    expect(due(made, 1000)).toEqual(["d", "e"]);
    expect(due(made, 1000)).toEqual([]);
    const pause = made.pause(1);
    expect(due(made, 1000 + pause - 1)).toEqual([]);
    expect(due(made, 1000 + pause)).toEqual(["a", "b", "c"]);
  });

  it("are tried less often the more often they failed, and as at first when they were met", () => {
    const made = contacts("a");
    due(made, 0);
    for (const [count, now] of [
      [1, 0],
      [2, 0],
      [3, 0],
    ] as const) {
      made.failed("a:1", now);
      expect(due(made, made.pause(count) - 1)).toEqual([]);
    }
    expect(made.pause(3)).toBeGreaterThan(made.pause(2));
    expect(made.pause(2)).toBeGreaterThan(made.pause(1));
    const until = made.pause(3);
    made.met("a:1", "a:1");
    expect(due(made, until)).toEqual(["a"]);
    expect(due(made, until + made.pause(1))).toEqual(["a"]);
    made.failed("unknown:1", 0);
    made.met("unknown:1", "x:1");
  });

  it("are left alone as long as membership knows the node that answered there", () => {
    const made = contacts("a", "b");
    made.met("a:1", "real-a:1");
    expect(due(made, 0, (identity) => identity === "real-a:1")).toEqual(["b"]);
    expect(due(made, 10_000_000, (identity) => identity === "b:1")).toEqual(["a"]);
    expect(made.unmet((identity) => identity === "b:1")).toEqual([address("a")]);
    expect(made.unmet((identity) => identity === "real-a:1")).toEqual([address("b")]);
  });

  it("keep what is known of them when they are named again, and go when nobody names them", () => {
    const made = contacts("a", "b");
    due(made, 1000);
    made.add([address("a")]);
    expect(due(made, 1000)).toEqual([]);
    made.keep([address("a")]);
    expect(made.unmet(none)).toEqual([address("a")]);
  });
});

it("the load of a node is read as it was written, and nothing else is", () => {
  const full = { free: 1, waiting: 2, running: 3, forks: 4, draining: true };
  expect(loadText(full)).toBe("1,2,3,4,1");
  for (const one of [full, load]) expect(readLoad(loadText(one))).toEqual(one);
  for (const wrong of [
    undefined,
    1,
    "",
    "1,2,3,4",
    "1,2,3,4,2",
    "1,2,3,4,1,",
    "-1,2,3,4,1",
    "1234567890,2,3,4,1",
    " 1,2,3,4,1",
  ])
    expect([wrong, readLoad(wrong)]).toEqual([wrong, undefined]);
});

it("the owner of a run is told by ids only", () => {
  expect(ownerOf("h-1-x_2")).toEqual({ host: "h", port: 1 });
  for (const text of ["h-1", "h-123456-1", "-1-1", "h-1-", "h-a-1"])
    expect([text, ownerOf(text)]).toEqual([text, undefined]);
});

it("the clock of a peer counts when it is off by 3 s to 300 s, and what it was before is forgotten then", () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 });
  try {
    const clocks = new PeerClocks();
    const learn = (seconds: number) => clocks.learn("a:1", new Date(Date.now() + seconds * 1000).toUTCString());
    const known: [number, boolean, number][] = [
      [2, false, 0],
      [-2, false, 0],
      [3, true, 3],
      [5, false, 3],
      [6, true, 6],
      [-300, true, -300],
      [301, true, 0],
      [300, true, 300],
      [0, true, 0],
    ];
    for (const [seconds, isNews, aheadS] of known)
      expect([seconds, learn(seconds), clocks.aheadS("a:1")]).toEqual([seconds, isNews, aheadS]);
  } finally {
    vi.useRealTimers();
  }
});

it.each([
  [100, { intervalMs: 20, answerMs: 33, longestPauseMs: 1000, forgetMs: 600_000, eagerMs: 20 }],
  [3000, { intervalMs: 300, answerMs: 1000, longestPauseMs: 3000, forgetMs: 600_000, eagerMs: 50 }],
  [30_000, { intervalMs: 1000, answerMs: 1000, longestPauseMs: 30_000, forgetMs: 600_000, eagerMs: 50 }],
  [90_000, { intervalMs: 1000, answerMs: 1000, longestPauseMs: 30_000, forgetMs: 900_000, eagerMs: 50 }],
])("all of the rhythm follows from NODETIMEOUT=%i", (nodeTimeoutMs, rhythm) => {
  expect(timingOf(nodeTimeoutMs)).toEqual({ ...rhythm, fanOut: 3, entries: 24, deadMs: nodeTimeoutMs });
});
