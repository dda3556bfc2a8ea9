import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HandOver, RunRecord } from "../../service/model/record.js";
import type { FoundRun } from "../../service/model/store.js";
import { handOutRuns } from "../../service/queue/spool/hand-out.js";
import { HandedRuns } from "../../service/queue/spool/handed-runs.js";
import { type Entry, entryOf } from "../../service/queue/spool/spool-entry.js";
import { Takeover } from "../../service/queue/spool/takeover.js";
import { PATIENCE_MS } from "../patience.js";
import { noteLog } from "../runs/work-folder.js";
import { queuedRun } from "./queued-runs.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const settle = () => vi.advanceTimersByTimeAsync(0);

/** Nodes and a store that note what they are asked, in order. */
function world(takers: string[] = ["b:1", "c:1"]) {
  const notes: string[] = [];
  const { log, lines } = noteLog();
  const state = {
    answers: {} as Record<string, "taken" | "refused" | "unsure">,
    asked: {} as Record<string, "taken" | "never" | "unsure">,
    isOwner: true,
    isRefused: false,
    answerMs: 0,
  };
  const short = (uuid: string) => uuid.slice(-2);
  const store = {
    accepted: async () => undefined,
    write: async (record: RunRecord, fence: number, { handOver }: { handOver?: HandOver }) => {
      if (state.isRefused) return undefined;
      notes.push(`write ${short(record.uuid)} after ${fence}${handOver === undefined ? "" : ` for ${handOver.to}`}`);
      return fence + 1;
    },
    drop: async (uuid: string, fence: number) => {
      notes.push(`drop ${short(uuid)} after ${fence}`);
      return true;
    },
  };
  const peers = {
    takers: async () => takers,
    give: async (run: { record: RunRecord }, { to }: HandOver, timeoutMs: number) => {
      await new Promise((resolve) => setTimeout(resolve, state.answerMs));
      notes.push(`give ${short(run.record.uuid)} to ${to} within ${timeoutMs}`);
      return state.answers[to] ?? "taken";
    },
    ask: async (uuid: string, { to }: HandOver) => {
      notes.push(`ask ${to} for ${short(uuid)}`);
      return state.asked[to] ?? "unsure";
    },
  };
  const isOwner = async () => state.isOwner;
  return { notes, lines, log, state, store, peers, isOwner, short };
}

describe("handing out what waits", () => {
  async function handOut(of: ReturnType<typeof world>, count: number, graceMs = 60_000) {
    const sent = new Map<string, string>();
    const forgotten: string[] = [];
    const entries: Entry[] = Array.from({ length: count }, (_, n) => entryOf(queuedRun(), n, n));
    const uuids = entries.map(({ run }) => of.short(run.record.uuid));
    const over = handOutRuns(entries, {
      ...of,
      graceMs,
      sent: (uuid, to) => void (to === undefined ? sent.delete(uuid) : sent.set(uuid, to)),
      forget: (uuid) => void forgotten.push(of.short(uuid)),
    });
    await vi.advanceTimersByTimeAsync(60_000);
    await over;
    return { sent: [...sent.values()], forgotten, uuids };
  }

  it("writes where a run is to go before it is sent, and lets it go when it was taken", async () => {
    const of = world(["b:1"]);
    const { uuids, forgotten, sent } = await handOut(of, 1);
    const [uuid] = uuids;
    expect(of.notes).toEqual([
      `write ${uuid} after 0 for b:1`,
      `give ${uuid} to b:1 within 2000`,
      `drop ${uuid} after 1`,
    ]);
    expect([forgotten, sent]).toEqual([uuids, []]);
    expect(of.lines.map(({ level, fields, message }) => [level, fields, message])).toEqual([
      ["info", { node: "b:1", runs: 1 }, "handed over waiting runs"],
    ]);
  });

  it("gives each node its share, and counts them", async () => {
    const of = world(["b:1", "c:1", "d:1"]);
    const { forgotten } = await handOut(of, 7);
    expect(forgotten).toHaveLength(7);
    expect(of.lines.map(({ fields }) => [fields.node, fields.runs]).sort()).toEqual([
      ["b:1", 3],
      ["c:1", 2],
      ["d:1", 2],
    ]);
  });

  it("asks the next node when one refuses; a run that all refuse stays, as if it had not been sent", async () => {
    const of = world();
    of.state.answers = { "b:1": "refused" };
    const first = await handOut(of, 1);
    const [uuid] = first.uuids;
    expect(of.notes).toEqual([
      `write ${uuid} after 0 for b:1`,
      `give ${uuid} to b:1 within 2000`,
      `write ${uuid} after 1 for c:1`,
      `give ${uuid} to c:1 within 2000`,
      `drop ${uuid} after 2`,
    ]);
    const all = world(["b:1"]);
    all.state.answers = { "b:1": "refused" };
    const { uuids, forgotten, sent } = await handOut(all, 1);
    expect(all.notes.at(-1)).toBe(`write ${uuids[0]} after 1`);
    expect([forgotten, sent]).toEqual([[], []]);
    expect(all.lines).toMatchObject([{ level: "warn", fields: { runs: 1, peers: 1 } }]);
  });

  it("that nobody answered is neither here nor there: it stays with that node, and that is said", async () => {
    const of = world();
    of.state.answers = { "b:1": "unsure", "c:1": "unsure" };
    const { forgotten, sent } = await handOut(of, 3);
    expect([forgotten, sent.sort()]).toEqual([[], ["b:1", "b:1", "c:1"]]);
    expect(of.notes.some((note) => note.startsWith("drop"))).toBe(false);
    expect(of.lines[0]).toMatchObject({ level: "warn", fields: { runs: 3 } });
  });

  it("stops with the time for it: what is left of that is the time for an answer, and with too little none is asked", async () => {
    const of = world(["b:1"]);
    of.state.answerMs = 900;
    const { forgotten } = await handOut(of, 24, 1000);
    // Eight at a time: those that begin with 100 ms left are not sent any more.
    expect(forgotten).toHaveLength(8);
    expect(of.notes.filter((note) => note.startsWith("give")).every((note) => note.endsWith("within 1000"))).toBe(true);
  });

  it("gives nothing of what is another node's by now, and nothing to nobody", async () => {
    for (const change of [{ isOwner: false }, { isRefused: true }]) {
      const of = world();
      Object.assign(of.state, change);
      const { forgotten, sent } = await handOut(of, 2);
      expect([of.notes.filter((note) => note.startsWith("give")), forgotten, sent]).toEqual([[], [], []]);
    }
    const alone = world([]);
    expect((await handOut(alone, 2)).forgotten).toEqual([]);
    expect(alone.notes).toEqual([]);
  });

  it("of one run that fails does not keep the others", async () => {
    const of = world(["b:1"]);
    const { write } = of.store;
    let count = 0;
    of.store.write = async (...args) => {
      if (count++ === 0) throw new Error("disk");
      return write(...args);
    };
    const { forgotten } = await handOut(of, 3);
    expect(forgotten).toHaveLength(2);
    // The one that failed stays, and both is said.
    expect(of.lines.map(({ level }) => level).sort()).toEqual(["info", "warn", "warn"]);
    expect(of.lines.at(-1)!.fields).toEqual({ runs: 1, peers: 1 });
  });
});

describe("runs that a former life has sent", () => {
  function handed(of = world()) {
    const back: string[] = [];
    const runs = new HandedRuns({
      ...of,
      back: async (run: FoundRun) => {
        expect(run).not.toHaveProperty("handOver");
        back.push(`${of.short(run.record.uuid)} ${run.fence}`);
      },
    });
    const add = (to: string | undefined, fence = 4) => {
      const run: FoundRun = { ...queuedRun(), fence };
      if (to !== undefined) run.handOver = { id: "1", to };
      runs.add(run);
      return run.record.uuid;
    };
    return { ...of, runs, back, add };
  }

  it("are where they were sent to, as far as this node knows, and nowhere else to be asked for", () => {
    const { runs, add } = handed();
    const uuid = add("b:1");
    const other = add(undefined);
    expect([runs.takerOf(uuid), runs.takerOf(other)]).toEqual(["b:1", undefined]);
    expect(() => runs.check(uuid)).toThrow(expect.objectContaining({ code: "peer_unreachable" }));
    expect(() => runs.check(uuid)).toThrow("it may have taken the run");
    runs.check(other);
    runs.clear();
    expect(runs.takerOf(uuid)).toBeUndefined();
  });

  it("are asked for until the other node has said that it has them, or never will", async () => {
    // The pause is one of `node:timers/promises`, which have no virtual time.
    vi.useRealTimers();
    const { runs, add, state, notes, back, short, lines } = handed();
    const [taken, never, other] = [add("b:1"), add("c:1"), add("b:1")];
    runs.start();
    runs.start();
    await expect.poll(() => notes).toHaveLength(3);
    expect(notes).toEqual([
      `ask b:1 for ${short(taken)}`,
      `ask c:1 for ${short(never)}`,
      `ask b:1 for ${short(other)}`,
    ]);
    // Said once of each node.
    await expect.poll(() => lines.map(({ fields }) => fields.node)).toEqual(["b:1", "c:1"]);
    notes.length = 0;
    state.asked = { "b:1": "taken", "c:1": "never" };
    await expect.poll(() => runs.takerOf(other), { timeout: PATIENCE_MS }).toBeUndefined();
    expect(notes).toEqual([
      `ask b:1 for ${short(taken)}`,
      `drop ${short(taken)} after 4`,
      `ask c:1 for ${short(never)}`,
      `write ${short(never)} after 4`,
      `ask b:1 for ${short(other)}`,
      `drop ${short(other)} after 4`,
    ]);
    expect(back).toEqual([`${short(never)} 5`]);
    expect([runs.takerOf(taken), runs.takerOf(never)]).toEqual([undefined, undefined]);
    expect(lines.filter(({ level }) => level === "warn")).toHaveLength(2);
  });

  it("stay another node's when that has changed them, and with who is not in office any more", async () => {
    const refused = handed();
    refused.state.asked = { "b:1": "never" };
    refused.state.isRefused = true;
    const uuid = refused.add("b:1");
    refused.runs.start();
    await settle();
    expect([refused.back, refused.runs.takerOf(uuid)]).toEqual([[], undefined]);
    const lost = handed();
    lost.state.asked = { "b:1": "never" };
    lost.state.isOwner = false;
    lost.add("b:1");
    lost.runs.start();
    await settle();
    expect([lost.back, lost.notes.some((note) => note.startsWith("write"))]).toEqual([[], false]);
    await lost.runs.stop();
  });

  it("are asked for no more by a node that stops", async () => {
    const { runs, add, notes } = handed();
    add("b:1");
    runs.start();
    await settle();
    const stopped = runs.stop();
    await settle();
    await stopped;
    runs.start();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(notes).toHaveLength(1);
  });

  it("of this life are known by where they are sent, while they are on their way", async () => {
    const of = world(["b:1"]);
    const { runs } = handed(of);
    of.state.answerMs = 500;
    const entry = entryOf(queuedRun(), 0, 1);
    const { uuid } = entry.run.record;
    const over = runs.handOut([entry], () => undefined);
    await vi.advanceTimersByTimeAsync(400);
    expect(runs.takerOf(uuid)).toBe("b:1");
    await vi.advanceTimersByTimeAsync(200);
    await over;
    expect(runs.takerOf(uuid)).toBeUndefined();
    await runs.handOut([], () => undefined);
    const alone = new HandedRuns({ ...of, peers: undefined, back: async () => undefined });
    await alone.handOut([entry], () => undefined);
    expect(of.notes.filter((note) => note.startsWith("give"))).toHaveLength(1);
  });
});

describe("taking over the runs of dead nodes", () => {
  function takeover() {
    const { log, lines } = noteLog();
    const state = { nodes: ["me:1", "dead:1", "living:1"], isHeld: true, isOwner: true, isBroken: false };
    const adopted: string[] = [];
    const leases: string[] = [];
    let looks = 0;
    const made = new Takeover({
      store: {
        unfinishedNodes: async () => {
          looks++;
          if (state.isBroken) throw new Error("no folder");
          return state.nodes;
        },
        unfinishedOf: async (node) => [1, 2, 3].map((n) => ({ ...queuedRun({ name: `${node} ${n}` }), fence: 0 })),
      },
      ownership: {
        keep: (nodes) => void leases.push(`keep ${nodes.join(" ")}`),
        of: async (node) => {
          leases.push(`of ${node}`);
          if (node === "living:1") return undefined;
          return {
            isHeld: async () => state.isHeld,
            release: async () => void leases.push(`release ${node}`),
          } as never;
        },
      },
      node: () => "me:1",
      isOwner: async () => state.isOwner,
      takeOverRun: async ({ record }) => void adopted.push(record.name!),
      log,
      everyMs: 1000,
    });
    return { takeover: made, state, adopted, leases, lines, looks: () => looks };
  }

  it("is of those only whose lease can be had, never of its own, and gives the lease back", async () => {
    const { takeover: made, adopted, leases, lines } = takeover();
    made.start();
    await settle();
    expect(leases).toEqual(["keep me:1 dead:1 living:1", "of dead:1", "release dead:1", "of living:1"]);
    expect(adopted).toEqual(["dead:1 1", "dead:1 2", "dead:1 3"]);
    expect(lines).toMatchObject([{ level: "info", fields: { node: "dead:1", runs: 3 } }]);
    await made.stop();
  });

  it("stops where this process may have stood still, and says how many are left", async () => {
    for (const change of [{ isHeld: false }, { isOwner: false }]) {
      const { takeover: made, state, adopted, leases, lines } = takeover();
      Object.assign(state, change);
      made.start();
      await settle();
      expect([adopted, leases.includes("release dead:1")]).toEqual([[], true]);
      expect(lines.at(-1)).toMatchObject({ level: "warn", fields: { node: "dead:1", runs: 3 } });
      await made.stop();
    }
  });

  it("is looked for again and again, also after a look that failed, until it is stopped", async () => {
    const { takeover: made, state, lines, looks } = takeover();
    state.isBroken = true;
    made.start();
    made.start();
    await settle();
    expect([looks(), lines.map(({ level }) => level)]).toEqual([1, ["warn"]]);
    await vi.advanceTimersByTimeAsync(999);
    expect(looks()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(looks()).toBe(2);
    // Asked for before its time: at once, and its time begins anew.
    made.start();
    await settle();
    await vi.advanceTimersByTimeAsync(999);
    expect(looks()).toBe(3);
    await made.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect([looks(), vi.getTimerCount()]).toEqual([3, 0]);
  });
});
