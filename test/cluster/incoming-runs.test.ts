import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RawJson } from "../../service/base/json/raw-json.js";
import { IncomingRuns } from "../../service/cluster/incoming-runs.js";
import { PeerKey } from "../../service/cluster/peer-key.js";
import { readSpec } from "../../service/cluster/run-spec.js";
import type { LocalSlot } from "../../service/dispatch/dispatcher.js";
import type { RunReply } from "../../service/model/run.js";

const _load = { free: 1, waiting: 0, running: 0, forks: 0, draining: false };
const codeOf = (act: () => unknown): string => {
  try {
    act();
    return "good";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

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
