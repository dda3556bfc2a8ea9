import { appendFileSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RunFilter, RunRecord } from "../../service/model/record.js";
import { readCursor, writeCursor } from "../../service/store/cursor.js";
import { endOfDamaged, nodeOfUuid, unknownRecord } from "../../service/store/damaged-records.js";
import { isRefusedBySystem } from "../../service/store/folder-health.js";
import {
  isJournalOf,
  type Journal,
  type JournalLine,
  journalName,
  journalsIn,
  type LinePlace,
  mayGrow,
  readNewLines,
  readPlaces,
} from "../../service/store/journal.js";
import { JournalWriter } from "../../service/store/journal-writer.js";
import { listRuns } from "../../service/store/list-runs.js";
import { checkRecord, parseFencedRecord, parseQueued } from "../../service/store/parse-records.js";
import { parsePlace, readLogFile, readLogText } from "../../service/store/read-log.js";
import { compareRuns, matches, RunIndex, type RunSummary, summaryOf } from "../../service/store/run-index.js";
import { orStorageFull } from "../../service/store/storage-full.js";
import { isUuid, readClaim, StorePaths, uuidsIn } from "../../service/store/store-paths.js";
import { Throttle } from "../../service/store/throttle.js";
import { UnwrittenRuns } from "../../service/store/unwritten-runs.js";
import { ended, makeRecord, temporaryFolder } from "./store-helper.js";

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

describe("names of files", () => {
  it("are made of uuids that can be part of one, of up to 200 characters", () => {
    const good = ["a", "127.0.0.1-8787-1", "[fd00::1]-1-2", "x".repeat(200), "a b", "ä"];
    const bad = ["", ".", ".a", "a/b", "/", "\\a", "a\\b", "a\0", "\na", "a\u0085", "x".repeat(201)];
    expect(good.filter((uuid) => !isUuid(uuid))).toEqual([]);
    expect(bad.filter((uuid) => isUuid(uuid))).toEqual([]);
  });

  it("tell whose claim they are", () => {
    expect(readClaim(path.basename(new StorePaths("/w").claim("h-1-2.3", 12)))).toEqual({
      uuid: "h-1-2.3",
      number: 12,
    });
    for (const name of ["h.1.claim", ".h.claim", ".h.x.claim", ".h.1.claims", "x.h.1.claim", "..1.claim"])
      expect([name, readClaim(name)]).toEqual([name, undefined]);
  });

  it("tell of which runs they are; temporary ones of none", () => {
    expect(uuidsIn(["a.log", ".b.log", "c.json", "d.log.gz", ".log", "e.log"], ".log")).toEqual(["a", "e"]);
  });

  it("are those that existing tools read", () => {
    const places = new StorePaths("/w");
    expect([places.waiting("u"), places.result("u"), places.record("u"), places.log("u")]).toEqual([
      "/w/.rojob/u.rojob",
      "/w/.rojob/u.result",
      "/w/.rojob/runs/u.json",
      "/w/.rojob/logs/u.log",
    ]);
  });

  it("are those of folders that are made once, wherever the work folder is", async () => {
    const places = new StorePaths(path.join(temporaryFolder(), "a", "b"));
    await places.make();
    await places.make();
    for (const folder of [places.root, places.runs, places.logs, places.history, places.aside])
      expect(statSync(folder).isDirectory()).toBe(true);
    const file = path.join(temporaryFolder(), "file");
    writeFileSync(file, "");
    await expect(new StorePaths(file).make()).rejects.toMatchObject({ code: "ENOTDIR" });
  });
});

describe("a record", () => {
  const record = makeRecord();
  const { uuid } = record;

  it("is read with the number of its change, and what it was named before", () => {
    const marks = { fence: 3, temp: ".t1", resultTemp: ".t2", handOver: { id: "i", to: "b:1" } };
    expect(parseFencedRecord(JSON.stringify({ ...record, ...marks }), uuid)).toEqual({ record, ...marks });
    expect(parseFencedRecord(JSON.stringify(record), uuid)).toMatchObject({ record, fence: 0 });
  });

  it.each<[string, object]>([
    ["'fence' of the record is not a number", { fence: "1" }],
    ["'fence' of the record is not a number", { fence: 1.5 }],
    ["'temp' of the record is not the name of a temporary file", { temp: "no-dot" }],
    ["'temp' of the record is not the name of a temporary file", { temp: ".a/b" }],
    ["'temp' of the record is not the name of a temporary file", { temp: "." }],
    ["'temp' of the record is not the name of a temporary file", { temp: 1 }],
    ["'temp' of the record is not the name of a temporary file", { resultTemp: ".a\\b" }],
    ["'acceptedAt' of the record is not a number", { acceptedAt: "1" }],
    ["'attempt' of the record is not a number", { attempt: null }],
    ["'state' of the record is not a text", { state: 1 }],
    ["'file' of the record is not a text", { file: undefined }],
    ["'node' of the record is not a text", { node: [] }],
    ["the record has the unknown state 'other'", { state: "other" }],
    ["'errors' of the record is not a list", { errors: {} }],
    ["'args' of the record is not a map", { args: [] }],
    ["'args' of the record is not a map", { args: null }],
    ["the record has no uuid", { uuid: 1 }],
    ["the record is of run 'another'", { uuid: "another" }],
  ])("is none when %s (%j)", (message, wrong) => {
    expect(() => parseFencedRecord(JSON.stringify({ ...record, ...wrong }), uuid)).toThrow(message);
  });

  it.each(["null", "[]", "1", '"x"'])("is none when its file holds %s", (text) => {
    expect(() => parseFencedRecord(text, uuid)).toThrow("the record is not a map");
  });

  it("may be in any state, and of any run where the run is not known", () => {
    for (const state of ["accepted", "running", "done", "failed", "killed", "interrupted", "expired"] as const)
      expect(checkRecord({ ...record, state }).state).toBe(state);
    expect(checkRecord(record, uuid)).toBe(record);
  });

  it("of a waiting run comes with its text and arguments, which have to be there", () => {
    const parse = (run: object) => parseQueued(Buffer.from(JSON.stringify(run)), uuid);
    expect(parse({ record, text: "t", args: { a: 1 } })).toEqual({ record, text: "t", args: { a: 1 } });
    expect(() => parse({ record, args: {} })).toThrow("it has no oJob text");
    expect(() => parse({ record, text: "t", args: [] })).toThrow("'args' is not a map");
    expect(() => parse({ record: { ...record, uuid: "another" }, text: "t", args: {} })).toThrow("run 'another'");
    expect(() => parse([])).toThrow("it is not a map");
  });
});

describe("what is known of a damaged run", () => {
  it("is its node, by its uuid", () => {
    expect(nodeOfUuid("127.0.0.1-8787-2938014020073")).toBe("127.0.0.1:8787");
    expect(nodeOfUuid("my-node-1-8787-my_job_2702013982249")).toBe("my-node-1:8787");
    for (const text of ["x", "h-1-2", "h-123456-2702013982249", "h-1-a-2702013982249", "-1-2702013982249"])
      expect([text, nodeOfUuid(text)]).toEqual([text, undefined]);
  });

  it("is the time of its file, or now when that is gone", async () => {
    const file = path.join(temporaryFolder(), "x.rojob");
    writeFileSync(file, "");
    utimesSync(file, 1000, 1000.4);
    const uuid = "h-1-2702013982249";
    expect(await unknownRecord(uuid, file)).toEqual({
      ...{ uuid, state: "accepted", file: "unknown", sourceHash: "", args: {}, by: "unknown", isAsync: true },
      ...{ node: "h:1", priority: 0, retries: 0, attempt: 0, acceptedAt: 1_000_400, errors: [] },
    });
    const before = Date.now();
    const { acceptedAt } = await unknownRecord(uuid, `${file}.gone`);
    expect(acceptedAt).toBeGreaterThanOrEqual(before);
  });

  it("is what this node has known by heart, and how it had ended", () => {
    const record = makeRecord({ uuid: "h-1-2", acceptedAt: 5 });
    expect(endOfDamaged(record, "its file is damaged", undefined)).toMatchObject({
      state: "interrupted",
      endedBy: "crash",
      endedAt: 5,
      errors: [{ name: "ojob", error: ["interrupted: its file is damaged, so its details are lost"] }],
    });
    const known = (state: RunRecord["state"]) =>
      summaryOf(makeRecord({ uuid: "h-1-2", state, name: "n", file: "f", node: "x:1", acceptedAt: 7, endedAt: 9 }));
    const done = endOfDamaged(record, "why", known("done"));
    expect(done).toMatchObject({ state: "done", name: "n", file: "f", node: "x:1", acceptedAt: 7, endedAt: 9 });
    expect(done.errors).toEqual([{ name: "f", error: ["done: why, so its details are lost"] }]);
    expect(done).not.toHaveProperty("endedBy");
    expect(endOfDamaged(record, "why", known("interrupted"))).toMatchObject({ state: "interrupted", endedBy: "crash" });
    expect(endOfDamaged(record, "why", known("running"))).toMatchObject({ state: "interrupted", endedBy: "crash" });
  });
});

describe("what could not be written yet", () => {
  it("is kept in the order in which it came; what comes again goes to the end", () => {
    const held = new UnwrittenRuns();
    const [a, b] = [makeRecord({ uuid: "a" }), makeRecord({ uuid: "b" })];
    held.set({ record: a, fence: 1 });
    held.set({ record: b, fence: 2 });
    held.set({ record: { ...a, attempt: 1 }, fence: 3 });
    expect(held.uuids()).toEqual(["b", "a"]);
    expect(held.get("a")).toMatchObject({ fence: 3, record: { attempt: 1 } });
    held.delete("b");
    held.delete("unknown");
    expect([held.uuids(), held.get("b")]).toEqual([["a"], undefined]);
  });

  it("gives up the results that came first above 64 MB, and no records", () => {
    const held = new UnwrittenRuns();
    const result = "x".repeat(24 * 1024 * 1024);
    const results = () => held.uuids().map((uuid) => held.get(uuid)!.result !== undefined);
    for (const uuid of ["a", "b"]) held.set({ record: makeRecord({ uuid }), fence: 0, result });
    expect(results()).toEqual([true, true]);
    // Replaced, it does not count twice.
    held.set({ record: makeRecord({ uuid: "a" }), fence: 0, result });
    expect(results()).toEqual([true, true]);
    held.set({ record: makeRecord({ uuid: "c" }), fence: 0, result });
    expect([held.uuids(), results()]).toEqual([
      ["b", "a", "c"],
      [false, true, true],
    ]);
    held.delete("a");
    held.set({ record: makeRecord({ uuid: "d" }), fence: 0, result });
    expect([held.uuids(), results()]).toEqual([
      ["b", "c", "d"],
      [false, true, true],
    ]);
  });

  it("up to 64 MB to the byte is kept whole", () => {
    const held = new UnwrittenRuns();
    const half = "x".repeat(32 * 1024 * 1024);
    for (const uuid of ["a", "b"]) held.set({ record: makeRecord({ uuid }), fence: 0, result: half });
    expect(held.get("a")!.result).toBeDefined();
    held.set({ record: makeRecord({ uuid: "c" }), fence: 0, result: "x" });
    expect([held.get("a")!.result, held.get("b")!.result !== undefined]).toEqual([undefined, true]);
  });
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

describe("journals of the history", () => {
  const DAY = Date.parse("2026-03-10T00:00:00Z");

  it("are named after their node, the day and a number", () => {
    expect(journalName("127.0.0.1:8787", new Date(DAY), 2)).toBe("127.0.0.1_8787-2026-03-10-2.jsonl");
    const odd = journalName("[fd00::1]:80", new Date(DAY), 1);
    expect(odd).toMatch(/^[\w.-]+$/);
    expect(isJournalOf("[fd00::1]:80", `/x/${odd}`)).toBe(true);
    expect(isJournalOf("[fd00::2]:80", odd)).toBe(false);
    for (const other of [
      "127.0.0.1_8787-x-2026-03-10-2.jsonl",
      "127.0.0.1_8787-2026-03-10.jsonl",
      "x_1-2026-03-10-1.jsonl",
    ])
      expect(isJournalOf("127.0.0.1:8787", other)).toBe(false);
  });

  it("may grow on the day in their name and, as clocks differ, on the one after it", () => {
    const file = "/x/a_1-2026-03-10-1.jsonl";
    expect([0, 1, 2 * 86_400_000 - 1, 2 * 86_400_000].map((ms) => mayGrow(file, DAY + ms))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(mayGrow("/x/of-somebody.jsonl", DAY * 2)).toBe(true);
  });

  it("are the files with their ending, but for temporary ones", () => {
    expect(journalsIn("/x", ["a.jsonl", ".b.jsonl", "c.json"])).toEqual(["/x/a.jsonl"]);
  });

  const noted = (n: number) => ({ record: ended(makeRecord({ uuid: `h-1-${n}`, acceptedAt: n })), result: "{}" });
  function readAll(journal: Journal) {
    const lines: [JournalLine | undefined, LinePlace][] = [];
    return readNewLines(journal, (line, place) => lines.push([line, place])).then(() => lines);
  }

  it("are read on from where they were left, whole lines only, and each line again by its place", async () => {
    const file = path.join(temporaryFolder(), "a_1-2026-03-10-1.jsonl");
    const texts = [noted(1), noted(2), { removed: "h-1-1" }].map((line) => JSON.stringify(line));
    writeFileSync(file, `${texts[0]}\nnonsense\n${texts[1]!.slice(0, 20)}`);
    const journal: Journal = { file, end: 0, kept: 0 };
    const first = await readAll(journal);
    expect(first.map(([line]) => line)).toEqual([noted(1), undefined]);
    expect(journal.end).toBe(texts[0]!.length + 1 + "nonsense\n".length);
    expect(await readAll(journal)).toEqual([]);
    appendFileSync(file, `${texts[1]!.slice(20)}\n${texts[2]}\n`);
    const second = await readAll(journal);
    expect(second.map(([line]) => line)).toEqual([noted(2), { removed: "h-1-1" }]);
    expect(journal.end).toBe(statSync(file).size);
    const gone = { journal: { file: `${file}.gone`, end: 0, kept: 0 }, offset: 0, bytes: 5 };
    const places = [second[0]![1], gone, first[0]![1], second[1]![1], first[1]![1]];
    expect(await readPlaces(places)).toEqual([noted(2), undefined, noted(1), undefined, undefined]);
    expect(await readPlaces([])).toEqual([]);
  });

  it("are read in whatever pieces their lines come, those longer than a piece among them", async () => {
    const file = path.join(temporaryFolder(), "a_1-2026-03-10-1.jsonl");
    const lines = [10, 300_000, 1, 262_144, 5].map((size, n) => ({ ...noted(n), log: "ü".repeat(size) }));
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const journal: Journal = { file, end: 0, kept: 0 };
    const found = await readAll(journal);
    expect(found.map(([line]) => line)).toEqual(lines);
    expect(await readPlaces(found.map(([, place]) => place))).toEqual(lines);
  });

  it.each(['{"removed": 1}', "{}", '{"record": {}}', "null", "1", '"x"'])("have no line like %s", async (text) => {
    const file = path.join(temporaryFolder(), "a_1-2026-03-10-1.jsonl");
    writeFileSync(file, `${text}\n`);
    expect((await readAll({ file, end: 0, kept: 0 })).map(([line]) => line)).toEqual([undefined]);
  });

  describe("that are written", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: DAY + 86_399_000 }));
    afterEach(() => void vi.useRealTimers());

    it("go on in a file of the next day, and never in one that is there already", async () => {
      const folder = temporaryFolder();
      writeFileSync(path.join(folder, journalName("a:1", new Date(DAY), 1)), "of a former life\n");
      const writer = new JournalWriter(folder, () => "a:1");
      expect(writer.current).toBeUndefined();
      const first = await writer.append([noted(1), noted(2)]);
      expect(path.basename(first.journal.file)).toBe("a_1-2026-03-10-2.jsonl");
      expect(writer.current).toBe(first.journal);
      const size = JSON.stringify(noted(1)).length;
      expect(first.places).toEqual([
        { offset: 0, bytes: size },
        { offset: size + 1, bytes: size },
      ]);
      const again = await writer.append([noted(3)]);
      expect([again.journal, again.places[0]!.offset]).toEqual([first.journal, 2 * (size + 1)]);
      vi.advanceTimersByTime(1000);
      const next = await writer.append([noted(4)]);
      expect(path.basename(next.journal.file)).toBe("a_1-2026-03-11-1.jsonl");
      expect(next.places[0]!.offset).toBe(0);
      await writer.close();
      await writer.close();
      expect(writer.current).toBeUndefined();
      expect(readFileSync(first.journal.file, "utf8").split("\n")).toHaveLength(4);
    });

    it("go on in another file from 8 MB on", async () => {
      const writer = new JournalWriter(temporaryFolder(), () => "a:1");
      const large = { ...noted(1), log: "x".repeat(5 * 1024 * 1024) };
      const files: string[] = [];
      for (let n = 0; n < 3; n++) files.push((await writer.append([large])).journal.file);
      await writer.close();
      expect(files.map((file) => path.basename(file).slice(-7))).toEqual(["1.jsonl", "1.jsonl", "2.jsonl"]);
    });
  });
});

describe("a part of a log", () => {
  const CHUNK = 256 * 1024;

  it("begins where the reader is, in bytes; what is no place is the beginning", () => {
    expect(["0", "17", "999999999999999", undefined, "", "-1", "1.5", "1e3", "9".repeat(16)].map(parsePlace)).toEqual([
      0, 17, 999_999_999_999_999, 0, 0, 0, 0, 0, 0,
    ]);
  });

  it("ends with a whole line while the run prints, and with what there is when it has ended", async () => {
    const file = path.join(temporaryFolder(), "a.log");
    writeFileSync(file, "one\ntwo\nthr");
    expect(await readLogFile(file, 0, false)).toEqual({ text: "one\ntwo\n", next: "8", isEnd: false });
    expect(await readLogFile(file, 8, false)).toEqual({ text: "", next: "8", isEnd: false });
    expect(await readLogFile(file, 8, true)).toEqual({ text: "thr\n", next: "11", isEnd: true });
    expect(await readLogFile(file, 11, true)).toEqual({ text: "", next: "11", isEnd: true });
    expect(await readLogFile(file, 4, true)).toEqual({ text: "two\nthr\n", next: "11", isEnd: true });
  });

  it("of a file that is none, or not there, is nothing", async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, "folder.log"));
    for (const name of ["folder.log", "none.log", path.join("none", "x.log")])
      expect(await readLogFile(path.join(folder, name), 3, true)).toEqual({ text: "", next: "3", isEnd: true });
  });

  it.each(["a", "ü", "☃", "😀"])(
    "that is longer than 256 KB is cut between two %s, and nothing is lost",
    (character) => {
      for (const shift of [0, 1, 2, 3]) {
        const text = "x".repeat(shift) + character.repeat(CHUNK / 2);
        let read = "";
        for (let place = 0; ; ) {
          const chunk = readLogText(text, place);
          read += chunk.isEnd ? chunk.text.slice(0, -1) : chunk.text;
          expect(Buffer.byteLength(chunk.text)).toBeLessThanOrEqual(CHUNK + 1);
          if (!chunk.isEnd) expect(Buffer.byteLength(chunk.text)).toBeGreaterThan(CHUNK - 4);
          place = Number(chunk.next);
          if (chunk.isEnd) break;
        }
        expect(read === text).toBe(true);
      }
    },
  );

  it("with the line end as its last byte is not lengthened", () => {
    expect(readLogText("a\n", 0)).toEqual({ text: "a\n", next: "2", isEnd: true });
    const exact = `${"x".repeat(CHUNK - 1)}\n`;
    expect(readLogText(exact, 0).isEnd).toBe(true);
    expect(readLogText(`${exact}y`, 0)).toMatchObject({ text: exact, next: String(CHUNK), isEnd: false });
  });
});

describe("what a system refuses", () => {
  it("is told by code and call, and is `storage_full` to who wanted something accepted", async () => {
    const refused = Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "write" });
    const mistakes = [new Error("x"), Object.assign(new Error("x"), { code: "X" }), { code: "X", syscall: "y" }];
    expect([refused, ...mistakes].map(isRefusedBySystem)).toEqual([true, false, false, false]);
    expect(await orStorageFull(Promise.resolve(1))).toBe(1);
    await expect(orStorageFull(Promise.reject(refused))).rejects.toMatchObject({
      code: "storage_full",
      cause: refused,
      message: expect.stringContaining("ENOSPC"),
    });
    await expect(orStorageFull(Promise.reject(mistakes[0]))).rejects.toBe(mistakes[0]);
  });
});
