import { statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../service/model/record.js";
import { endOfDamaged, nodeOfUuid, unknownRecord } from "../../service/store/damaged-records.js";
import { checkRecord, parseFencedRecord, parseQueued } from "../../service/store/parse-records.js";
import { summaryOf } from "../../service/store/run-index.js";
import { isUuid, readClaim, StorePaths, uuidsIn } from "../../service/store/store-paths.js";
import { UnwrittenRuns } from "../../service/store/unwritten-runs.js";
import { makeRecord, temporaryFolder } from "./store-helper.js";

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
