import { describe, expect, it } from "vitest";
import { infoOf, isNewer, type Member, type MemberInfo, readHeartbeat } from "../../service/cluster/member.js";

const load = { free: 1, waiting: 0, running: 0, forks: 0, draining: false };
const _codeOf = (act: () => unknown): string => {
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
