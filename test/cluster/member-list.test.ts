import { beforeEach, describe, expect, it } from "vitest";
import type { Member, MemberInfo } from "../../service/cluster/member.js";
import { Membership, type Self } from "../../service/cluster/membership.js";
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
