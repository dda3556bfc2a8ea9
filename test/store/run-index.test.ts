import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunFilter, RunRecord } from "../../service/model/record.js";
import { readCursor, writeCursor } from "../../service/store/cursor.js";
import { listRuns } from "../../service/store/list-runs.js";
import { compareRuns, matches, RunIndex, type RunSummary, summaryOf } from "../../service/store/run-index.js";
import { Throttle } from "../../service/store/throttle.js";
import { ended, makeRecord } from "./store-helper.js";

describe("the index of runs", () => {
  /** The same runs in an index and in a list, after comings and goings that chance picks. */
  function filled(seed: number, askedAt: number) {
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 4_294_967_296) * below);
    };
    const states = ["accepted", "running", "done", "failed", "killed"] as const;
    const index = new RunIndex<RunSummary>();
    let runs: RunSummary[] = [];
    for (let turn = 0; turn < 300; turn++) {
      // The order is made when it is first asked for.
      if (turn === askedAt) index.oldestFirst();
      const acceptedAt = random(4) === 0 ? random(50) : 50 + turn;
      const uuid = `n-1-${random(200)}`;
      const name = ["a", "b", undefined][random(3)];
      const run = summaryOf(makeRecord({ uuid, acceptedAt, state: states[random(5)]!, name, file: `f${random(2)}` }));
      if (random(5) === 0) {
        index.delete(uuid);
        runs = runs.filter((other) => other.uuid !== uuid);
      } else {
        index.set(run);
        runs = [...runs.filter((other) => other.uuid !== uuid), run];
      }
    }
    return { index, runs: runs.sort(compareRuns), random };
  }

  it.each([
    [1, 0],
    [2, 150],
    [3, 299],
    [4, 1000],
  ])("gives all in their order, however they came and went (%i, order asked for at %i)", (seed, askedAt) => {
    const { index, runs } = filled(seed, askedAt);
    expect(index.oldestFirst()).toEqual(runs);
    expect(index.size).toBe(runs.length);
    for (const run of runs) expect(index.get(run.uuid)).toBe(run);
    const counts: Record<string, number> = { done: 0, failed: 0, killed: 0 };
    for (const { state } of runs) if (state in counts) counts[state]!++;
    expect({ done: 0, failed: 0, killed: 0, ...index.counts() }).toEqual(counts);
  });

  it.each<Partial<RunFilter>>([
    {},
    { state: ["done", "failed"] },
    { name: "a" },
    { file: "f1" },
    { since: 120 },
    { until: 120 },
    { since: 20, until: 300, name: "b", state: ["done"] },
  ])("gives the newest that match %j, page by page", (filter) => {
    const { index, runs } = filled(5, 100);
    const all = runs.filter((run) => matches(run, filter as RunFilter)).reverse();
    for (const most of [1, 7, 1000]) {
      const found: RunSummary[] = [];
      for (;;) {
        const page = index.newest(filter as RunFilter, found.at(-1), most);
        found.push(...page);
        expect(page.length).toBeLessThanOrEqual(most);
        if (page.length < most) break;
      }
      expect(found).toEqual(all);
    }
    // From a place where no run is.
    expect(index.newest(filter as RunFilter, { uuid: "", acceptedAt: 60 }, 1000)).toEqual(
      all.filter(({ acceptedAt }) => acceptedAt < 60),
    );
  });

  it("deletes the oldest, and forgets them whole", () => {
    const { index, runs } = filled(6, 0);
    expect(index.deleteOldest(10)).toEqual(runs.slice(0, 10));
    expect([index.size, index.get(runs[9]!.uuid), index.oldestFirst()[0]]).toEqual([
      runs.length - 10,
      undefined,
      runs[10],
    ]);
    index.deleteOldest(1000);
    expect([index.size, Object.values(index.counts()).every((count) => count === 0)]).toEqual([0, true]);
    index.delete("unknown");
    expect(index.size).toBe(0);
  });

  it("what it gives is the caller's to change", () => {
    const { index, runs } = filled(7, 0);
    index.oldestFirst().length = 0;
    index.counts().done = -1;
    expect(index.oldestFirst()).toEqual(runs);
    expect(index.counts().done).not.toBe(-1);
  });
});

describe("a list of runs", () => {
  it("is read by pages from all its indexes, newest first, without what is gone or no longer matches", async () => {
    const runs = Array.from({ length: 30 }, (_, n) => ended(makeRecord({ uuid: `n-1-${n}`, acceptedAt: 1000 + n })));
    const indexes = [0, 1].map((half) => {
      const index = new RunIndex<RunSummary>();
      for (const [n, run] of runs.entries()) if (n % 2 === half) index.set(summaryOf(run));
      return index;
    });
    const records = new Map(runs.map((run) => [run.uuid, run]));
    records.delete("n-1-25");
    records.set("n-1-20", { ...runs[20]!, state: "failed" });
    const reads: number[] = [];
    const read = async (uuids: string[]) => {
      reads.push(uuids.length);
      return uuids.map((uuid) => records.get(uuid));
    };
    const expected = runs.filter(({ uuid }) => !["n-1-25", "n-1-20"].includes(uuid)).reverse();
    for (const limit of [1, 4, 7, 28, 500]) {
      const found: RunRecord[] = [];
      let cursor: string | undefined;
      do {
        const page = await listRuns({ limit, cursor, state: ["done"] }, { indexes, read });
        found.push(...page.runs);
        expect(page.runs.length).toBeLessThanOrEqual(limit);
        cursor = page.next;
        if (cursor !== undefined) expect(page.runs).toHaveLength(limit);
      } while (cursor !== undefined);
      expect(found).toEqual(expected);
    }
    expect(Math.max(...reads)).toBeLessThanOrEqual(30);
  });

  it("that fits on a page exactly has no next one", async () => {
    const index = new RunIndex<RunSummary>();
    const runs = [1, 2, 3].map((n) => makeRecord({ uuid: `n-1-${n}`, acceptedAt: n }));
    for (const run of runs) index.set(summaryOf(run));
    const read = async (uuids: string[]) => uuids.map((uuid) => runs.find((run) => run.uuid === uuid));
    const { next } = await listRuns({ limit: 3 }, { indexes: [index], read });
    expect(next).toBeUndefined();
    expect((await listRuns({ limit: 2 }, { indexes: [index], read })).next).toBeDefined();
  });

  it.each([
    { acceptedAt: 0, uuid: "a" },
    { acceptedAt: 1_700_000_000_000.5, uuid: "n-1-x y" },
  ])("goes on behind a place that is text: %j", (key) => expect(readCursor(writeCursor(key))).toEqual(key));

  it.each(["", "x", Buffer.from("12").toString("base64url"), Buffer.from("a b").toString("base64url")])(
    "goes on behind no place like %j",
    (cursor) => {
      expect(() => readCursor(cursor)).toThrow(expect.objectContaining({ code: "bad_parameter" }));
      expect(() => readCursor(cursor)).toThrow(`'${cursor}'`);
      expect(() => readCursor(cursor)).toThrow("'next' of the previous page");
    },
  );
});

describe("a look at what others have changed", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  function looker(takesMs: number) {
    const state = { looks: 0, takesMs };
    const held = new Throttle(async () => {
      state.looks++;
      await new Promise((resolve) => setTimeout(resolve, state.takesMs));
    });
    return { state, held };
  }

  it("is one for all who ask while it goes on, and none for ten times as long after it", async () => {
    const { state, held } = looker(20);
    const all = [held.now(), held.now()];
    await vi.advanceTimersByTimeAsync(20);
    await Promise.all(all);
    expect(state.looks).toBe(1);
    await vi.advanceTimersByTimeAsync(199);
    await held.now();
    expect(state.looks).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    void held.now();
    expect(state.looks).toBe(2);
  });

  it("is held back for 2 s at most", async () => {
    const { state, held } = looker(5000);
    const first = held.now();
    await vi.advanceTimersByTimeAsync(5000);
    await first;
    await vi.advanceTimersByTimeAsync(1999);
    await held.now();
    expect(state.looks).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    void held.now();
    expect(state.looks).toBe(2);
  });

  it("that fails is told to who asked, and held back all the same", async () => {
    let looks = 0;
    const held = new Throttle(async () => {
      looks++;
      await new Promise((resolve) => setTimeout(resolve, 10));
      throw new Error("no folder");
    });
    const first = held.now().catch((error: Error) => error.message);
    await vi.advanceTimersByTimeAsync(10);
    expect(await first).toBe("no folder");
    await held.now();
    expect(looks).toBe(1);
  });
});
