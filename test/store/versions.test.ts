import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { UniqueNames } from "../../service/store/unique-names.js";
import { Versions } from "../../service/store/versions.js";
import { eventually, temporaryFolder } from "./store-helper.js";

afterEach(() => void vi.useRealTimers());

describe("versions of a text", () => {
  const versions = (durable = false) => {
    const folder = path.join(temporaryFolder(), "unique");
    return { folder, versions: new Versions(folder, durable) };
  };

  it.each([false, true])("follow each other by one, and the newest counts (durable %s)", async (durable) => {
    const { versions: all, folder } = versions(durable);
    expect(await all.newest("n")).toBeUndefined();
    expect(await all.add("n", 1, "one")).toBe(true);
    expect(await all.newest("n")).toMatchObject({ number: 1, text: "one" });
    expect(await all.add("n", 2, "two")).toBe(true);
    expect(await all.newest("n")).toMatchObject({ number: 2, text: "two" });
    // Only the newest is left, and nothing of how it was written.
    expect(readdirSync(folder)).toEqual(["n.2"]);
  });

  it("are made by one alone: who comes second, or late, has followed nothing", async () => {
    const { versions: all, folder } = versions();
    await all.add("n", 2, "two");
    expect(await all.add("n", 2, "other")).toBe(false);
    expect(await all.add("n", 1, "late")).toBe(false);
    expect(await all.newest("n")).toMatchObject({ number: 2, text: "two" });
    expect(readdirSync(folder)).toEqual(["n.2"]);
    const both = await Promise.all(["a", "b"].map((text) => all.add("m", 1, text)));
    expect(both.sort()).toEqual([false, true]);
  });

  it("are written over by their owner, as long as nobody has followed", async () => {
    const { versions: all, folder } = versions();
    expect(await all.rewrite("n", 1, "x")).toBe(false);
    await all.add("n", 1, "one");
    utimesSync(path.join(folder, "n.1"), 1, 1);
    expect(await all.rewrite("n", 1, "one")).toBe(true);
    const renewed = (await all.newest("n"))!;
    expect([renewed.text, renewed.writtenAt > 1000]).toEqual(["one", true]);
    expect(await all.rewrite("n", 1, "other")).toBe(true);
    expect((await all.newest("n"))!.text).toBe("other");
    await all.add("n", 2, "two");
    expect(await all.rewrite("n", 1, "mine")).toBe(false);
    expect(readdirSync(folder)).toEqual(["n.2"]);
  });

  it("of one name are none of another that begins like it, nor are other files", async () => {
    const { versions: all, folder } = versions();
    await all.add("n", 1, "one");
    await all.add("n.5", 7, "other");
    for (const name of ["n.x", "n.", "n.1.new"]) writeFileSync(path.join(folder, name), "");
    expect(await all.newest("n")).toMatchObject({ number: 1, text: "one" });
    expect(await all.newest("n.5")).toMatchObject({ number: 7, text: "other" });
  });

  it("are cleaned when they are old and nobody needs them, a few at a time; what crashes left goes unasked", async () => {
    const { versions: all, folder } = versions();
    for (const name of ["a", "b", "c", "kept", "young"]) await all.add(name, 1, name);
    writeFileSync(path.join(folder, ".1-x.new"), "");
    for (const name of readdirSync(folder)) if (name !== "young.1") utimesSync(path.join(folder, name), 1, 1);
    const asked: string[] = [];
    const isDone = (text: string): boolean => {
      asked.push(text);
      return text !== "kept";
    };
    expect(await all.clean(1000, 10, isDone)).toBe(0);
    expect(await all.clean(1001, 2, isDone)).toBe(2);
    expect(readdirSync(folder)).toHaveLength(4);
    expect(await all.clean(1001, 10, isDone)).toBe(2);
    expect(readdirSync(folder).sort()).toEqual(["kept.1", "young.1"]);
    expect(asked.sort()).not.toContain("");
    expect(asked).not.toContain("young");
    expect(await new Versions(path.join(folder, "none"), false).clean(1001, 10, isDone)).toBe(0);
  });

  it("have the time of their file system, and leave nothing of asking for it", async () => {
    const { versions: all, folder } = versions();
    const now = await all.now();
    expect(Math.abs(now - statSync(folder).mtimeMs)).toBeLessThan(60_000);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a unique name", () => {
  function names(workFolder = temporaryFolder(), leaseMs = 60_000) {
    const warnings: object[] = [];
    const made = new UniqueNames({
      workFolder,
      node: () => "a:1",
      log: { warn: (fields: object) => void warnings.push(fields) },
      leaseMs,
    });
    onTestFinished(() => made.close());
    return { names: made, warnings, workFolder, folder: path.join(workFolder, ".rojob", "unique") };
  }

  it("is held by one run until that gives it free, which it does once; tokens grow", async () => {
    const { names: all } = names();
    const lease = (await all.acquire("n/1", "u"))!;
    expect(lease).toMatchObject({ name: "n/1", uuid: "u", token: 1, isLate: false });
    expect(await all.holder("n/1")).toEqual({ uuid: "u", node: "a:1" });
    expect(await all.acquire("n/1", "v")).toBeUndefined();
    expect(await lease.isHeld()).toBe(true);
    await lease.release();
    await lease.release();
    expect([await lease.isHeld(), await all.holder("n/1"), lease.signal.aborted]).toEqual([false, undefined, false]);
    expect(await all.acquire("n/1", "v")).toMatchObject({ uuid: "v", token: 2 });
    expect(await all.holder("unknown")).toBeUndefined();
  });

  it("goes along with its run to another node: who had it is told that it has moved", async () => {
    const { names: here, workFolder } = names(undefined, 500);
    const { names: there } = names(workFolder, 500);
    const lease = (await here.acquire("n", "u"))!;
    expect(await there.acquire("n", "u")).toMatchObject({ token: 2 });
    expect(await lease.isHeld()).toBe(false);
    await eventually(() => expect(lease.signal.reason).toBe("moved"));
  });

  it("that somebody else has now is lost, and that is said", async () => {
    const { names: here, workFolder, warnings } = names(undefined, 500);
    const { names: there } = names(workFolder, 500);
    const lease = (await here.acquire("n", "u"))!;
    // To that node it looks as if it had not been renewed.
    expect(await there.acquire("n", "v", () => true)).toBeDefined();
    await eventually(() => expect(lease.signal.reason).toBe("lost"));
    expect(warnings).toMatchObject([{ name: "n", uuid: "u", reason: "it was taken over" }]);
  });

  it("is whoever's asks how long it has been still by what each renewal changes", async () => {
    const { names: all, folder } = names();
    await all.acquire("n", "u");
    const beats: string[] = [];
    const ask = () => all.acquire("n", "v", (beat) => beats.push(beat) === 0);
    await ask();
    await ask();
    expect(beats[0]).toBe(beats[1]);
    utimesSync(path.join(folder, "n.1"), 1, 1);
    await ask();
    expect(beats[2]).not.toBe(beats[0]);
  });

  it("is free when nobody has renewed it for its time, when its process is gone, or when it cannot be read", async () => {
    const { names: all, folder } = names(undefined, 1000);
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, "n.5");
    const { pid } = process;
    const put = (text: string, ageS = 0) => {
      writeFileSync(file, text);
      const at = Date.now() / 1000 - ageS;
      utimesSync(file, at, at);
    };
    const living = JSON.stringify({ uuid: "u", node: "b:1", process: { host: "elsewhere", pid, startedAt: "1" } });
    put(living);
    const held = await all.holder("n");
    put(living, 60);
    expect(await all.holder("n")).toBeUndefined();
    expect(held === undefined || held.uuid === "u" || held.uuid === "").toBe(true);
    for (const text of ["", "{", "null", '{"uuid":1}']) {
      put(text, 60);
      expect([text, await all.holder("n")]).toEqual([text, undefined]);
      // Half written: it counts as held by somebody until its time is over.
      put(text);
      expect([text, await all.holder("n")]).toEqual([text, { uuid: "", node: "" }]);
    }
  });

  it("all that is held is given free at the end", async () => {
    const { names: all, workFolder } = names();
    for (const name of ["a", "b"]) await all.acquire(name, "u");
    await all.close();
    const { names: next } = names(workFolder);
    for (const name of ["a", "b"]) expect(await next.acquire(name, "v")).toMatchObject({ token: 2 });
  });
});
