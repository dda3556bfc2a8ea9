import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RawJson } from "../../service/base/json/raw-json.js";
import { Contacts } from "../../service/cluster/contacts.js";
import { IncomingRuns } from "../../service/cluster/incoming-runs.js";
import { loadText, readLoad } from "../../service/cluster/load-text.js";
import { infoOf, isNewer, type Member, type MemberInfo, readHeartbeat } from "../../service/cluster/member.js";
import { Membership, type Self } from "../../service/cluster/membership.js";
import { PeerClocks } from "../../service/cluster/peer-clocks.js";
import { PeerKey } from "../../service/cluster/peer-key.js";
import { ownerOf } from "../../service/cluster/run-owner.js";
import { readSpec } from "../../service/cluster/run-spec.js";
import { timingOf } from "../../service/cluster/timing.js";
import type { LocalSlot } from "../../service/dispatch/dispatcher.js";
import type { RunReply } from "../../service/model/run.js";

const load = { free: 1, waiting: 0, running: 0, forks: 0, draining: false };
const codeOf = (act: () => unknown): string => {
  try {
    act();
    return "good";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("a heartbeat", () => {
  const info: MemberInfo = {
    ...{ host: "a", port: 1, id: "life", life: 1, beat: 2, state: "alive", load, version: "1", ageMs: 0 },
  };
  const beat = (from: object, members: unknown = []) =>
    readHeartbeat({ cname: "c", from: { ...info, ...from }, members });

  it("is read when all of it is understood", () => {
    expect(beat({})).toEqual({ cname: "c", from: info, members: [] });
    expect(beat({ runs: ["u"] }, [info, { ...info, host: "b", state: "left" }])).toBeDefined();
    for (const state of ["alive", "suspect", "dead", "left"]) expect(beat({ state })).toBeDefined();
    expect(beat({ port: 65535, host: "h".repeat(255), id: "i".repeat(64), version: "v".repeat(64) })).toBeDefined();
    expect(beat({ runs: ["u".repeat(512)] })).toBeDefined();
    expect(readHeartbeat({ cname: "c".repeat(128), from: info, members: [] })).toBeDefined();
  });

  it.each<object>([
    { host: 1 },
    { host: "h".repeat(256) },
    { port: 0 },
    { port: 65536 },
    { port: "1" },
    { id: "i".repeat(65) },
    { id: undefined },
    { life: -1 },
    { life: 1.5 },
    { beat: "2" },
    { ageMs: -1 },
    { ageMs: Number.MAX_SAFE_INTEGER + 1 },
    { state: "gone" },
    { state: "toString" },
    { state: 1 },
    { version: "v".repeat(65) },
    { load: undefined },
    { load: null },
    { load: { ...load, free: -1 } },
    { load: { ...load, waiting: undefined } },
    { load: { ...load, running: "1" } },
    { load: { ...load, forks: 0.5 } },
    { load: { ...load, draining: 0 } },
    { runs: "u" },
    { runs: [1] },
    { runs: ["u".repeat(513)] },
  ])("is none of a node like %j", (wrong) => {
    expect(beat(wrong)).toBeUndefined();
    expect(beat({}, [info, { ...info, ...wrong }])).toBeUndefined();
  });

  it("is none without a cluster, a sender or members", () => {
    for (const wrong of [
      null,
      "x",
      {},
      { from: info, members: [] },
      { cname: 1, from: info, members: [] },
      { cname: "c".repeat(129), from: info, members: [] },
      { cname: "c", members: [] },
      { cname: "c", from: info },
      { cname: "c", from: info, members: {} },
      { cname: "c", from: info, members: [null] },
    ])
      expect([wrong, readHeartbeat(wrong)]).toEqual([wrong, undefined]);
  });

  it("of a later beat is newer, of the same the graver; who left does not come back", () => {
    const states = ["alive", "suspect", "dead", "left"] as const;
    for (const [n, state] of states.entries()) {
      for (const [m, other] of states.entries()) {
        const sameBeat = isNewer({ beat: 1, state }, { beat: 1, state: other });
        expect([state, other, sameBeat]).toEqual([state, other, other !== "left" && n > m]);
        expect(isNewer({ beat: 2, state }, { beat: 1, state: other })).toBe(other !== "left");
        expect(isNewer({ beat: 0, state }, { beat: 1, state: other })).toBe(other !== "left" && state === "left");
      }
    }
  });

  it("tells how long ago a node was heard of, in whole ms and never of the future", () => {
    const member = { ...info, runs: ["u"], heardAt: 100 } as unknown as Member;
    expect([infoOf(member, 150.4).ageMs, infoOf(member, 90).ageMs]).toEqual([50, 0]);
    expect(infoOf(member, 100)).toEqual(info);
  });
});

describe("who is in the cluster", () => {
  const timing = timingOf(10_000);
  const changes: string[] = [];
  const self: Self = {
    ...{ host: "me", port: 1, cname: "c", id: "my-life", life: 100, version: "1" },
    load: () => load,
    runs: () => Array.from({ length: 150 }, (_, n) => `run-${n}`),
  };
  let membership: Membership;
  beforeEach(() => {
    changes.length = 0;
    const note = (member: Member, before: string | undefined) =>
      void changes.push(`${member.host}: ${before} > ${member.state}`);
    membership = new Membership({ ...self }, timing, note, () => 0.5);
  });
  const info = (host: string, more: Partial<MemberInfo> = {}): MemberInfo => ({
    ...{ host, port: 1, id: `${host}-life`, life: 1, beat: 1, state: "alive", load, version: "1", ageMs: 0 },
    ...more,
  });
  const receive = (from: MemberInfo, members: MemberInfo[] = [], now = 1000) =>
    membership.received({ cname: "c", from, members }, now);
  const stateOf = (host: string) => membership.members.get(`${host}:1`)?.state;
  const addresses = (list: readonly { host: string }[]) => list.map(({ host }) => host).sort();
  /** Lets a node not answer a heartbeat. */
  const miss = (host: string, at: number, now = at) =>
    membership.failed({ to: { host, port: 1 }, heartbeat: undefined as never, at }, now);

  it("is who said so, or of whom others did, unless they say it is dead or left", () => {
    receive(info("a"), [
      info("b"),
      info("c", { state: "suspect" }),
      info("d", { state: "dead" }),
      info("e", { state: "left" }),
    ]);
    expect(addresses(membership.present)).toEqual(["a", "b", "c"]);
    expect(changes).toEqual(["a: undefined > alive", "b: undefined > alive", "c: undefined > suspect"]);
  });

  it("a node speaks for itself of its runs, at most 100 of them, and others do not", () => {
    receive(info("a", { runs: ["u"] }), [info("b", { runs: ["v"] })]);
    expect(membership.members.get("a:1")!.runs).toEqual(["u"]);
    expect(membership.members.get("b:1")!.runs).toEqual([]);
    receive(info("a", { beat: 2 }));
    expect(membership.members.get("a:1")!.runs).toEqual([]);
    expect(membership.heartbeatFor("a:1", 1000).from.runs).toHaveLength(100);
  });

  it("one that does not answer is suspected, unless somebody had word from it since", () => {
    receive(info("a"), [info("b")], 1000);
    miss("a", 999, 1500);
    expect(stateOf("a")).toBe("alive");
    miss("a", 1001, 1500);
    expect(stateOf("a")).toBe("suspect");
    expect([membership.members.get("a:1")!.failures, membership.members.get("b:1")!.failures]).toEqual([2, 0]);
    expect(membership.members.get("a:1")!.nextTryAt).toBeGreaterThan(1500);
    // It answers: it is alive with its next beat.
    membership.answered(
      { to: { host: "a", port: 1 }, heartbeat: undefined as never, at: 1600 },
      { cname: "c", from: info("a", { beat: 2 }), members: [] },
      1600,
    );
    expect([stateOf("a"), membership.members.get("a:1")!.failures]).toEqual(["alive", 0]);
    expect(changes.slice(2)).toEqual(["a: alive > suspect", "a: suspect > alive"]);
  });

  it("a suspect is dead NODETIMEOUT after it was last heard of, to the millisecond, and has no runs then", () => {
    receive(info("a", { runs: ["u"] }), [], 1000);
    for (let now = 1000; now < 11_000; now += 500) {
      if (now === 2000) miss("a", now);
      membership.round(now);
    }
    membership.round(10_999);
    expect(stateOf("a")).toBe("suspect");
    membership.round(11_000);
    expect([stateOf("a"), membership.members.get("a:1")!.runs]).toEqual(["dead", []]);
    expect(changes.at(-1)).toBe("a: suspect > dead");
  });

  it("who was not heard of for long before it was suspected has half of NODETIMEOUT to be cleared", () => {
    receive(info("a"), [], 1000);
    membership.round(20_000);
    miss("a", 20_000);
    for (let now = 20_500; now < 25_000; now += 500) membership.round(now);
    membership.round(24_999);
    expect(stateOf("a")).toBe("suspect");
    membership.round(25_000);
    expect(stateOf("a")).toBe("dead");
  });

  it("after a pause of this node itself suspects get all of NODETIMEOUT again; a round that is late is no pause", () => {
    const pauseMs = timing.intervalMs * 3 + timing.answerMs;
    for (const [lateMs, hasTime] of [
      [pauseMs, true],
      [pauseMs - 1, false],
    ] as const) {
      membership = new Membership({ ...self }, timing, undefined, () => 0.5);
      receive(info("a"), [], 1000);
      membership.round(1000);
      miss("a", 1001);
      let now = 1000;
      for (; now + 500 < 10_900 - lateMs; now += 500) membership.round(now + 500);
      membership.round(now + lateMs);
      for (let at = now + lateMs; at < 11_100; at += 500) membership.round(at);
      membership.round(11_100);
      expect([lateMs, stateOf("a")]).toEqual([lateMs, hasTime ? "suspect" : "dead"]);
    }
  });

  it("a pause makes nobody newer who is not suspected", () => {
    receive(info("a"), [], 1000);
    membership.round(1000);
    membership.round(60_000);
    expect(membership.members.get("a:1")!.heardAt).toBe(1000);
  });

  it("a dead node is tried now and then, and forgotten ten minutes after that at the earliest", () => {
    receive(info("a"), [], 1000);
    membership.round(1000);
    miss("a", 1001);
    for (let now = 1500; now <= 12_000; now += 500) membership.round(now);
    expect(stateOf("a")).toBe("dead");
    const diedAt = membership.members.get("a:1")!.since;
    expect(addresses(membership.absent())).toEqual(["a"]);
    membership.round(diedAt + timing.forgetMs);
    expect(stateOf("a")).toBe("dead");
    membership.round(diedAt + timing.forgetMs + 1);
    expect([stateOf("a"), membership.absent()]).toEqual([undefined, []]);
  });

  it("a suspect and a dead node are asked in a round, one of each, and nobody twice at a time", () => {
    receive(info("a"), [info("b"), info("c"), info("d")], 1000);
    for (const { to } of membership.round(1000)) miss(to.host, 900, 1000);
    const asked = () => membership.round(5000).map(({ to }) => to.host);
    const first = asked();
    expect(new Set(first).size).toBe(first.length);
    // All of the others are under way.
    const second = asked();
    expect(second.filter((host) => first.includes(host))).toEqual([]);
  });

  it("asks its peers in turn: all before one again", () => {
    receive(
      info("a"),
      ["b", "c", "d", "e", "f", "g"].map((host) => info(host)),
      1000,
    );
    const asked: string[] = [];
    for (let now = 1000; asked.length < 7; now += 1000) {
      const round = membership.round(now);
      expect(round.length).toBeLessThanOrEqual(timing.fanOut);
      for (const outgoing of round) {
        asked.push(outgoing.to.host);
        membership.answered(outgoing, { cname: "c", from: info(outgoing.to.host, { beat: now }), members: [] }, now);
      }
    }
    expect(new Set(asked.slice(0, 7)).size).toBe(7);
  });

  it("the load of a node is what it said last, not what is told late of it", () => {
    const busy = (free: number, more: Partial<MemberInfo>) => info("a", { load: { ...load, free }, ...more });
    receive(busy(1, { beat: 1 }), [], 1000);
    receive(busy(2, { beat: 2 }), [], 2000);
    // Said before, and heard of later.
    receive(info("b"), [busy(9, { beat: 1, ageMs: 500 })], 2100);
    expect(membership.members.get("a:1")!.load.free).toBe(2);
    // A newer beat that is older than what it said in some other answer.
    membership.loadOf("a:1", { ...load, free: 5 }, 3000);
    receive(info("b", { beat: 2 }), [busy(7, { beat: 3, ageMs: 200 })], 3100);
    expect(membership.members.get("a:1")!.load.free).toBe(5);
    receive(info("b", { beat: 3 }), [busy(8, { beat: 4, ageMs: 100 })], 3100);
    expect(membership.members.get("a:1")!.load.free).toBe(8);
    membership.loadOf("unknown:1", load, 1);
  });

  it("some other answer of a node counts as word from it, but does not bring back one that is suspected", () => {
    receive(info("a"), [], 1000);
    membership.loadOf("a:1", load, 2000);
    expect(membership.members.get("a:1")!.heardAt).toBe(2000);
    miss("a", 2500);
    membership.loadOf("a:1", load, 3000);
    expect([stateOf("a"), membership.members.get("a:1")!.heardAt]).toEqual(["suspect", 2000]);
  });

  it("of two lives of a node the later counts, and what it says itself before what others say", () => {
    receive(info("a", { life: 10 }));
    const older = info("a", { id: "older", life: 9 });
    const same = info("a", { id: "same", life: 10 });
    const later = info("a", { id: "later", life: 11 });
    const idOf = () => membership.members.get("a:1")!.id;
    receive(info("b"), [older, same]);
    expect(idOf()).toBe("a-life");
    receive(info("b"), [later]);
    expect(idOf()).toBe("later");
    // It is there: its clock may be behind.
    receive(older);
    expect(idOf()).toBe("older");
    expect(membership.otherLifeOf(later)!.id).toBe("older");
    expect(membership.otherLifeOf(older)).toBeUndefined();
    expect(membership.otherLifeOf(info("c"))).toBeUndefined();
    membership.forget("a:1");
    expect([membership.otherLifeOf(later), stateOf("a")]).toEqual([undefined, undefined]);
  });

  it("a life that has left is nobody's rival", () => {
    receive(info("a"));
    receive(info("a", { state: "left" }));
    expect([stateOf("a"), membership.otherLifeOf(info("a", { id: "next" }))]).toEqual(["left", undefined]);
    expect(changes.at(-1)).toBe("a: alive > left");
    // It does not come back in that life, whatever is told.
    receive(info("b"), [info("a", { beat: 99 })]);
    expect(stateOf("a")).toBe("left");
  });

  it("who speaks ill of this node is outdone by its next beat, and another life of it by a later one", () => {
    const myBeat = () => membership.heartbeatFor("a:1", 1000).from;
    const ill = info("me", { id: "my-life", beat: 7, state: "suspect", life: 100 });
    receive(info("a"), [{ ...ill, state: "alive" }]);
    expect(myBeat().beat).toBe(0);
    receive(info("a"), [ill]);
    expect(myBeat().beat).toBe(8);
    receive(info("a"), [ill]);
    expect(myBeat().beat).toBe(8);
    receive(info("a"), [{ ...ill, id: "another", life: 99 }]);
    expect(myBeat().life).toBe(100);
    receive(info("a"), [{ ...ill, id: "another", life: 100 }]);
    expect(myBeat().life).toBe(101);
    expect(membership.present.some(({ host }) => host === "me")).toBe(false);
  });

  it("news draws the next round near, for as long as it has to be told", () => {
    const pause = () => membership.pauseMs();
    expect(pause()).toBe(timing.intervalMs);
    membership.announce();
    // Nobody is there to be told.
    expect(pause()).toBe(timing.intervalMs);
    receive(info("a"));
    expect(pause()).toBe(timing.eagerMs);
    for (let told = 0; told < 10; told++) membership.heartbeatFor("b:1", 1000);
    expect(pause()).toBe(timing.intervalMs);
    membership.announce();
    expect(pause()).toBe(timing.eagerMs);
  });

  it("pauses are within a quarter of their mean", () => {
    for (const [chance, part] of [
      [0, 0.75],
      [1, 1.25],
    ] as const) {
      const one = new Membership({ ...self }, timing, undefined, () => chance);
      expect(one.pauseMs()).toBe(timing.intervalMs * part);
    }
  });

  it("tells the news first, then others, 24 nodes at the most, and nobody of itself but what it cannot know", () => {
    const many = Array.from({ length: 40 }, (_, n) => info(`n${n}`));
    receive(info("a"), many);
    for (let told = 0; told < 40; told++) membership.heartbeatFor("x:1", 1000);
    miss("n7", 2000);
    const { members } = membership.heartbeatFor("n8:1", 2000);
    expect(members).toHaveLength(24);
    expect(members[0]).toMatchObject({ host: "n7", state: "suspect" });
    expect(members.some(({ host }) => host === "n8")).toBe(false);
    // It is told that it is suspected: so that it can say otherwise.
    expect(membership.heartbeatFor("n7:1", 2000).members[0]).toMatchObject({ host: "n7", state: "suspect" });
  });

  it("that goes says so to those who are there, in the state `left`", () => {
    receive(info("a"), [info("b")]);
    const leaveMessages = membership.leave(1000);
    expect(addresses(leaveMessages.map(({ to }) => to))).toEqual(["a", "b"]);
    expect(leaveMessages.every(({ heartbeat }) => heartbeat.from.state === "left" && heartbeat.from.beat > 0)).toBe(
      true,
    );
    expect(membership.heartbeatFor("a:1", 1000).from.state).toBe("left");
  });

  it("that drains is news although it is as alive as before", () => {
    receive(info("a"), [info("b")]);
    for (let told = 0; told < 20; told++) membership.heartbeatFor("x:1", 1000);
    expect(membership.pauseMs()).toBe(timing.intervalMs);
    receive(info("a", { beat: 2, load: { ...load, draining: true } }));
    expect(membership.pauseMs()).toBe(timing.eagerMs);
  });
});

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

describe("a run that another node sends", () => {
  const run = { uuid: "h-1-2", text: "todo: []", file: "f", args: { a: 1 } };
  const read = (value: unknown) => readSpec(Buffer.from(JSON.stringify(value)), "a:1");

  it("is what can be executed, and nothing else that it says", () => {
    expect(read({ ...run, lane: "management", parent: "p", more: 1 })).toEqual(run);
    expect(read({ ...run, timeoutMs: 0 })).toEqual({ ...run, timeoutMs: 0 });
    expect(read({ ...run, uuid: "[fd00::1]-1-a_b.c-2" }).uuid).toBe("[fd00::1]-1-a_b.c-2");
    const large = read({ ...run, text: "x".repeat(2_000_000) });
    expect(typeof large.text === "string" || large.text instanceof RawJson).toBe(true);
  });

  it.each([
    ["'uuid' must be the id of a run", { uuid: 1 }],
    ["'uuid' must be the id of a run", { uuid: "ab" }],
    ["'uuid' must be the id of a run", { uuid: "a/b/c" }],
    ["'uuid' must be the id of a run", { uuid: "x".repeat(513) }],
    ["'text' must be the text of an oJob", { text: 1 }],
    ["'file' must be a name", { file: null }],
    ["'args' must be a map", { args: null }],
    ["'args' must be a map", { args: "x" }],
    ["'timeoutMs' must be in ms", { timeoutMs: -1 }],
    ["'timeoutMs' must be in ms", { timeoutMs: 1.5 }],
    ["'timeoutMs' must be in ms", { timeoutMs: "1" }],
  ])("is none when %s (%j)", (message, wrong) => {
    const act = () => read({ ...run, ...wrong });
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ code: "peer_not_understood" }));
  });

  it("is none when it is no JSON", () => {
    expect(() => readSpec(Buffer.from("{"), "a:1")).toThrow("a run must be JSON");
    expect(() => readSpec(Buffer.from("{"), "a:1")).toThrow("a:1");
  });
});

describe("the key of a cluster", () => {
  const KEY = "key-of-the-cluster";
  const life = "0123456789abcdef";
  function keys(isMeant = true) {
    const used: string[] = [];
    const reception = { isMeant: () => isMeant, use: (nonce: string) => void used.push(nonce) };
    return { used, sender: new PeerKey(KEY, life), receiver: new PeerKey(KEY, "fedcba9876543210", reception) };
  }
  const body = Buffer.from("b");

  it("signs requests with numbered nonces, which whoever has it understands", () => {
    const { used, sender, receiver } = keys();
    for (let count = 1; count <= 3; count++) {
      const headers = sender.sign("n:1", "POST", "/x?a=1", "b");
      receiver.verify("POST", "/x?a=1", headers, body);
      expect(used.at(-1)).toBe(`${life}-${count}`);
      expect(codeOf(() => receiver.verify("GET", "/x?a=1", headers, body))).toBe("bad_signature");
      expect(codeOf(() => receiver.verify("POST", "/x", headers, body))).toBe("bad_signature");
    }
    const stranger = new PeerKey("another", life).sign("n:1", "POST", "/x", "b");
    expect(codeOf(() => receiver.verify("POST", "/x", stranger, body))).toBe("unknown_key_id");
    expect(() => receiver.verify("POST", "/x?secret=1", {}, body)).toThrow(
      expect.objectContaining({ code: "peer_unsigned", message: expect.not.stringContaining("secret") }),
    );
  });

  it("signs by the clock of who verifies", () => {
    const { sender } = keys();
    vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_999 });
    const dates = [undefined, 100, -100].map((aheadS) => sender.sign("n:1", "GET", "/", "", aheadS)["x-rojob-date"]);
    vi.useRealTimers();
    expect(dates).toEqual(["1700000000", "1700000100", "1699999900"]);
  });

  it("introduces a node to any node of a cluster, where that is allowed", () => {
    const { sender, receiver } = keys(false);
    const headers = sender.sign("cluster:c", "GET", "/self", "");
    const verify = (isIntroduction?: boolean) =>
      codeOf(() => receiver.verify("GET", "/self", headers, Buffer.alloc(0), isIntroduction));
    expect([verify(), verify(true)]).toEqual(["signature_for_other", "good"]);
    const named = sender.sign("n:1", "GET", "/self", "");
    expect(codeOf(() => receiver.verify("GET", "/self", named, Buffer.alloc(0), true))).toBe("signature_for_other");
    const who = new PeerKey(KEY, life);
    expect(codeOf(() => who.verify("GET", "/self", named, Buffer.alloc(0)))).toBe("signature_for_other");
  });

  it("seals a text for the offer that was accepted, and for no other", () => {
    const { sender, receiver } = keys();
    for (const text of ["a\nb", Buffer.from("a\nb"), ""]) {
      const sealed = sender.seal("offer", text);
      expect(receiver.unseal("offer", sealed).toString()).toBe(text.toString());
      expect(codeOf(() => receiver.unseal("other", sealed))).toBe("bad_signature");
      expect(codeOf(() => receiver.unseal("offer", Buffer.concat([sealed, Buffer.from("x")])))).toBe("bad_signature");
      expect(codeOf(() => receiver.unseal("offer", sealed.subarray(1)))).toBe("bad_signature");
    }
    for (const wrong of ["", "\n", "no line end"])
      expect(codeOf(() => receiver.unseal("offer", Buffer.from(wrong)))).toBe("bad_signature");
    expect(() => receiver.unseal("offer", Buffer.from("x"))).toThrow("the first line of the body");
  });
});

describe("runs of other nodes", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const settle = () => vi.advanceTimersByTimeAsync(0);

  function incomingRuns(free = 1) {
    const state = { free, own: new Set<string>(), killed: 0, isLost: false };
    const ends = new Map<string, (more?: Partial<RunReply>) => void>();
    const reserve = (): LocalSlot | undefined => {
      if (state.free === 0) return undefined;
      state.free--;
      return {
        run: (spec) => {
          if (state.isLost) return undefined;
          return new Promise((resolve) => {
            ends.set(spec.uuid, (more = {}) => {
              state.free++;
              const timings = { acceptedAt: 0, waitMs: 0, runMs: 0 };
              const reply = { state: "done", result: "{}", errors: [], timings, route: "worker" } as const;
              resolve({ ...reply, errors: [], uuid: spec.uuid, ...more });
            });
          });
        },
        release: () => void state.free++,
        kill: () => void state.killed++,
      };
    };
    return { state, ends, incomingRuns: new IncomingRuns(reserve, (uuid) => state.own.has(uuid)) };
  }
  const spec = (uuid: string) => ({ uuid, text: "", file: "f", args: {} });

  it("have an environment from the offer on, and none is offered when none is free", () => {
    const { incomingRuns: all, state } = incomingRuns();
    const incoming = all.accept("o1", "a:1");
    expect([incoming.offer, incoming.origin, state.free]).toEqual(["o1", "a:1", 0]);
    expect(codeOf(() => all.accept("o2", "a:1"))).toBe("busy");
    all.release(incoming);
    expect(state.free).toBe(1);
    // Once.
    all.release(incoming);
    expect(state.free).toBe(1);
  });

  it("that do not come within 30 s have it no longer", async () => {
    const { incomingRuns: all, state } = incomingRuns();
    const incoming = all.accept("o1", "a:1");
    await vi.advanceTimersByTimeAsync(29_999);
    expect(state.free).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(state.free).toBe(1);
    expect(codeOf(() => all.start(incoming, spec("u")))).toBe("offer_void");
  });

  it("are known while they run, with their output, and are no incoming runs any more then", async () => {
    const { incomingRuns: all, ends, state } = incomingRuns();
    const incoming = all.accept("o1", "a:1");
    const reply = all.start(incoming, spec("u"));
    expect([all.running(), all.has("u"), all.has("v"), incoming.uuid]).toEqual([["u"], true, false, "u"]);
    expect([all.output("u", 1, "line"), all.output("v", 1, "line")]).toEqual([true, false]);
    // Its environment is its own, however long it runs.
    await vi.advanceTimersByTimeAsync(60_000);
    all.release(incoming);
    expect(state.free).toBe(0);
    ends.get("u")!();
    expect((await reply).state).toBe("done");
    expect([all.running(), all.output("u", 1, "late"), incoming.ended?.state]).toEqual([[], false, "done"]);
  });

  it("are started once, and not when this node has that run already", () => {
    const { incomingRuns: all, state } = incomingRuns(3);
    const [first, second, third] = ["o1", "o2", "o3"].map((offer) => all.accept(offer, "a:1"));
    void all.start(first!, spec("u"));
    expect(codeOf(() => all.start(second!, spec("u")))).toBe("offer_void");
    expect(state.free).toBe(1);
    state.own.add("v");
    expect(codeOf(() => all.start(third!, spec("v")))).toBe("offer_void");
    expect(state.free).toBe(2);
    expect(all.running()).toEqual(["u"]);
  });

  it("whose worker is lost before they begin are refused, and their offer is known no more", () => {
    const { incomingRuns: all, state } = incomingRuns();
    state.isLost = true;
    const incoming = all.accept("o1", "a:1");
    expect(codeOf(() => all.start(incoming, spec("u")))).toBe("busy");
    expect([all.inquire("o1", 0).kind, all.running()]).toEqual(["unknown", []]);
  });

  it("asked about before they have begun never begin", () => {
    for (const ask of ["inquire", "stop"] as const) {
      const { incomingRuns: all, state } = incomingRuns();
      const incoming = all.accept("o1", "a:1");
      if (ask === "stop") expect(all.stop("o1")).toBe(false);
      else expect(all.inquire("o1", 0)).toEqual({ kind: "unknown" });
      expect(state.free).toBe(1);
      expect(codeOf(() => all.start(incoming, spec("u")))).toBe("offer_void");
      // Nor does what comes later with that offer.
      expect(codeOf(() => all.start(all.accept("o1", "a:1"), spec("u")))).toBe("offer_void");
      expect(state.free).toBe(1);
    }
  });

  it("are known to who asks while they run and for a minute after their end, then it is said that they are gone", async () => {
    const { incomingRuns: all, ends } = incomingRuns(2);
    const incoming = all.accept("o1", "a:1");
    const reply = all.start(incoming, spec("u"));
    expect(all.inquire("o1", 0)).toEqual({ kind: "known", incoming });
    await vi.advanceTimersByTimeAsync(1000);
    ends.get("u")!();
    await reply;
    const endAnother = async (offer: string) => {
      const other = all.start(all.accept(offer, "a:1"), spec(offer));
      ends.get(offer)!();
      await other;
    };
    await vi.advanceTimersByTimeAsync(60_000);
    await endAnother("o2");
    expect(all.inquire("o1", 61_000).kind).toBe("known");
    await vi.advanceTimersByTimeAsync(1);
    await endAnother("o3");
    // Its offer is as old as what was forgotten; a younger one was never here.
    expect(all.inquire("o1", 61_001).kind).toBe("gone");
    expect(all.inquire("younger", 61_000).kind).toBe("unknown");
    expect(all.inquire("o2", 1).kind).toBe("known");
  });

  it("are ended by who asked for them; one that has ended says so", async () => {
    const { incomingRuns: all, ends, state } = incomingRuns();
    const reply = all.start(all.accept("o1", "a:1"), spec("u"));
    expect([all.stop("o1"), state.killed]).toEqual([true, 1]);
    ends.get("u")!({ state: "killed" });
    await reply;
    expect(all.stop("o1")).toBe(false);
    expect(all.stop("unknown")).toBe(false);
  });

  it("keep two thousand replies at most, and 32 million characters of them, the newest in any case", async () => {
    const { incomingRuns: all, ends } = incomingRuns(5000);
    const end = async (offer: string, result = "{}") => {
      const reply = all.start(all.accept(offer, "a:1"), spec(offer));
      await vi.advanceTimersByTimeAsync(1);
      ends.get(offer)!({ result });
      await reply;
    };
    const isKept = (offer: string) => all.inquire(offer, 0).kind === "known";
    for (let count = 0; count < 2000; count++) await end(`s${count}`);
    expect(isKept("s0")).toBe(true);
    await end("s2000");
    expect([isKept("s0"), isKept("s1")]).toEqual([false, true]);
    const large = "x".repeat(15_000_000);
    await end("l1", large);
    await end("l2", large);
    expect([isKept("l1"), isKept("l2"), isKept("s1990")]).toEqual([true, true, true]);
    await end("l3", large);
    expect([isKept("s2000"), isKept("l1"), isKept("l2"), isKept("l3")]).toEqual([false, false, true, true]);
    await end("huge", "x".repeat(40_000_000));
    expect([isKept("l3"), isKept("huge")]).toEqual([false, true]);
  });

  it("give their output to who lost the connection, from where it was, and to the last one who asked", async () => {
    const { incomingRuns: all } = incomingRuns();
    const incoming = all.accept("o1", "a:1");
    incoming.output(1, "one");
    incoming.output(2, "two");
    const heard: string[][] = [[], []];
    const listen = (who: number, from: number) =>
      incoming.attach(from, ([stream, text]) => void heard[who]!.push(`${stream} ${text}`));
    const stopFirst = listen(0, 0);
    incoming.output(1, "three");
    const stopSecond = listen(1, 2);
    incoming.output(1, "four");
    expect(heard).toEqual([
      ["1 one", "2 two", "1 three"],
      ["1 three", "1 four"],
    ]);
    // A replaced receiver stops no other.
    stopFirst();
    incoming.output(1, "five");
    stopSecond();
    incoming.output(1, "six");
    expect(heard[1]).toEqual(["1 three", "1 four", "1 five"]);
    await settle();
  });

  it("keep the last million characters of their output, and count what came before", () => {
    const { incomingRuns: all } = incomingRuns();
    const incoming = all.accept("o1", "a:1");
    const heardFrom = (from: number) => {
      const heard: string[] = [];
      incoming.attach(from, ([, text]) => void heard.push(text.slice(0, 2)));
      return heard;
    };
    const line = (n: number) => `${n} ${"x".repeat(249_998)}`;
    for (let n = 1; n <= 4; n++) incoming.output(1, line(n));
    expect(heardFrom(0)).toEqual(["1 ", "2 ", "3 ", "4 "]);
    for (let n = 5; n <= 6; n++) incoming.output(1, line(n));
    expect(heardFrom(0)).toEqual(["3 ", "4 ", "5 ", "6 "]);
    expect([heardFrom(2), heardFrom(3), heardFrom(5), heardFrom(9)]).toEqual([
      ["3 ", "4 ", "5 ", "6 "],
      ["4 ", "5 ", "6 "],
      ["6 "],
      [],
    ]);
    incoming.output(1, `7 ${"x".repeat(2_000_000)}`);
    expect(heardFrom(0)).toEqual(["7 "]);
  });
});
