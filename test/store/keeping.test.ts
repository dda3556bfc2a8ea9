import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pino } from "pino";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { RunLogs } from "../../service/store/run-logs.js";
import { SetAside } from "../../service/store/set-aside.js";
import { StorePaths } from "../../service/store/store-paths.js";
import { UniqueNames } from "../../service/store/unique-names.js";
import { Versions } from "../../service/store/versions.js";
import {
  ended,
  eventually,
  makeRecord,
  makeRun,
  namesIn,
  runOne,
  startStore,
  temporaryFolder,
} from "./store-helper.js";

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

describe("what is kept", () => {
  const HOUR = 3_600_000;

  it("the log of a run that prints stays, however old its run is, and goes when it is closed", async () => {
    const first = await startStore();
    const old = await runOne(first);
    await first.close();
    const store = await startStore({ workFolder: first.workFolder, logTtlMs: HOUR });
    store.appendLog(old.uuid, "still printing");
    store.appendLog("unknown-run", "x");
    await store.closeLog("unknown-run");
    utimesSync(path.join(store.root, "logs", "unknown-run.log"), 1, 1);
    // The pass has come that far.
    await eventually(() => expect(existsSync(path.join(store.root, "logs", "unknown-run.log"))).toBe(false));
    expect(namesIn(path.join(store.root, "logs"))).toEqual([`${old.uuid}.log`]);
    await store.close();
    const next = await startStore({ workFolder: first.workFolder, logTtlMs: HOUR });
    await eventually(() => expect(namesIn(path.join(next.root, "logs"))).toEqual([]));
  });

  it("temporary files of nodes that died go after an hour, younger ones and others stay", async () => {
    const first = await startStore();
    await first.close();
    const places = new StorePaths(first.workFolder);
    const made: string[] = [];
    const put = (folder: string, name: string, isOld: boolean) => {
      const file = path.join(folder, name);
      writeFileSync(file, "");
      const at = Date.now() / 1000 - (isOld ? 3605 : 3500);
      utimesSync(file, at, at);
      made.push(file);
    };
    for (const folder of [places.root, places.runs, places.logs]) {
      put(folder, ".old-1.tmp", true);
      put(folder, ".young-1.tmp", false);
      put(folder, "no-dot.tmp", true);
      put(folder, ".other", true);
    }
    await startStore({ workFolder: first.workFolder });
    const left = () => made.filter((file) => existsSync(file)).map((file) => path.basename(file));
    await eventually(() => expect(left()).not.toContain(".old-1.tmp"));
    expect(left().sort()).toEqual(
      [".other", ".young-1.tmp", "no-dot.tmp"].flatMap((name) => [name, name, name]).sort(),
    );
  });

  it("counts and lists agree, of runs that were accepted and of those that were answered at once", async () => {
    const store = await startStore();
    await runOne(store);
    await runOne(store, { state: "failed" });
    store.note(ended(makeRecord({ isAsync: false })), "{}");
    store.note(ended(makeRecord({ isAsync: false, state: "killed" }), { state: "killed" }), "{}");
    const waiting = makeRun();
    await store.accept(waiting);
    expect(store.counts()).toEqual({ done: 2, failed: 1, killed: 1 });
    expect((await store.list({ limit: 10 })).runs).toHaveLength(5);
    expect(await store.unfinishedNodes()).toEqual([waiting.record.node]);
    store.disown([waiting.record.uuid]);
    expect(await store.remove(waiting.record.uuid)).toBe(false);
    expect(await store.drop(waiting.record.uuid, 1)).toBe(false);
    expect(await store.drop(waiting.record.uuid, 0)).toBe(true);
    expect(await store.get(waiting.record.uuid)).toBeUndefined();
  });
});

describe("files that are not what they should be", () => {
  function aside() {
    const folder = temporaryFolder();
    const target = path.join(folder, "aside");
    mkdirSync(target);
    const events: { msg: string; [field: string]: unknown }[] = [];
    const log = pino({ level: "debug" }, { write: (line: string) => void events.push(JSON.parse(line)) });
    return { folder, target, events, aside: new SetAside(target, log) };
  }

  it("are moved out of the way, and that is said with the reason", async () => {
    const { folder, target, events, aside: made } = aside();
    const file = path.join(folder, "x.json");
    writeFileSync(file, "text");
    await made.take(file, new Error("no JSON"));
    expect(existsSync(file)).toBe(false);
    const [moved] = readdirSync(target);
    expect(readFileSync(path.join(target, moved!), "utf8")).toBe("text");
    expect(events).toMatchObject([{ file, movedTo: path.join(target, moved!), reason: "no JSON" }]);
    // Somebody was faster: there is nothing to tell.
    await made.take(file, "again");
    expect(events).toHaveLength(1);
  });

  it("that cannot be moved are told of once", async () => {
    const { folder, target, events, aside: made } = aside();
    rmSync(target, { recursive: true });
    writeFileSync(target, "");
    const file = path.join(folder, "x.json");
    writeFileSync(file, "text");
    for (let turn = 0; turn < 2; turn++) await made.take(file, "why");
    made.moveOtherTypeSync(file);
    expect(events).toMatchObject([{ file, reason: "why" }]);
  });

  it("are copied once where they have to stay; a folder only gets told of", async () => {
    const { folder, target, events, aside: made } = aside();
    const file = path.join(folder, "x.json");
    writeFileSync(file, "text");
    for (let turn = 0; turn < 2; turn++) await made.keepCopy(file, "damaged");
    expect([readdirSync(target).length, existsSync(file), events.length]).toEqual([1, true, 1]);
    const odd = path.join(folder, "folder.json");
    mkdirSync(odd);
    await made.keepCopy(odd, "a folder");
    await made.keepCopy(path.join(folder, "none.json"), "gone");
    expect([readdirSync(target).length, events.length]).toEqual([1, 2]);
  });

  it("that belong to somebody else are left, and told of once", () => {
    const { folder, events, aside: made } = aside();
    for (let turn = 0; turn < 2; turn++) made.leave(path.join(folder, "x"), new Error("no right"));
    expect(events).toMatchObject([{ file: path.join(folder, "x") }]);
  });

  it("have only strangers moved: files stay, also behind a name that waits", async () => {
    const { folder, target, events, aside: made } = aside();
    const file = path.join(folder, "x.log");
    writeFileSync(file, "text");
    await made.moveOtherType(file);
    made.moveOtherTypeSync(file);
    expect([existsSync(file), events]).toEqual([true, []]);
    for (const take of [(odd: string) => made.moveOtherType(odd), (odd: string) => made.moveOtherTypeSync(odd)]) {
      const odd = path.join(folder, "odd.log");
      mkdirSync(odd);
      await take(odd);
      expect(existsSync(odd)).toBe(false);
      await new Promise((resolve) => setTimeout(resolve, 2)); // Names in there differ by the ms.
    }
    expect([readdirSync(target).length, events.map(({ reason }) => reason)]).toEqual([
      2,
      ["it is a folder", "it is a folder"].map(() => expect.stringContaining("folder")),
    ]);
  });
});

describe("output on its way to files", () => {
  function logs() {
    const places = new StorePaths(temporaryFolder());
    for (const folder of [places.root, places.logs]) mkdirSync(folder, { recursive: true });
    const more: string[] = [];
    const trouble = { report: vi.fn() };
    const strangers = { moveOtherTypeSync: vi.fn() };
    const made = new RunLogs(places, trouble as never, strangers, (uuid) => void more.push(uuid));
    onTestFinished(() => made.closeAll());
    const text = (uuid: string) => readFileSync(places.log(uuid), "utf8");
    return { logs: made, places, more, trouble, text };
  }

  it("is written 50 ms after its first line, all runs together, or at once when it is much", () => {
    vi.useFakeTimers();
    const { logs: made, places, more, text } = logs();
    made.append("a", "1");
    vi.advanceTimersByTime(49);
    made.append("b", "2");
    expect([existsSync(places.log("a")), more]).toEqual([false, []]);
    vi.advanceTimersByTime(1);
    expect([text("a"), text("b"), more]).toEqual(["1\n", "2\n", ["a", "b"]]);
    expect(vi.getTimerCount()).toBe(0);
    made.append("a", "x".repeat(256 * 1024 - 1));
    expect(more).toHaveLength(2);
    made.append("a", "");
    expect([more.length, text("a").length]).toEqual([3, 2 + 256 * 1024 + 1]);
  });

  it("is given to who wants it as long as it has no file, and closed with what waits else", () => {
    const { logs: made, places, text } = logs();
    expect(made.take("a")).toEqual({ hasFile: false });
    made.append("a", "1");
    expect([made.isOpen("a"), made.take("a"), made.isOpen("a")]).toEqual([
      true,
      { text: "1\n", hasFile: false },
      false,
    ]);
    expect(existsSync(places.log("a"))).toBe(false);
    made.append("b", "1");
    made.flushOne("b");
    made.append("b", "2");
    expect([made.take("b"), text("b")]).toEqual([{ hasFile: true }, "1\n2\n"]);
    expect(made.close("b")).toBe(false);
    made.append("c", "1");
    expect([made.close("c"), made.isOpen("c"), text("c")]).toEqual([true, false, "1\n"]);
  });

  it("of a run that is another node's is dropped", () => {
    const { logs: made, text } = logs();
    made.append("a", "1");
    made.flushOne("a");
    made.append("a", "2");
    made.lose("a");
    made.closeAll();
    expect([text("a"), made.isOpen("a")]).toEqual(["1\n", false]);
  });

  it("that the disk does not take is counted, and how much is missing is said when it does again", () => {
    const { logs: made, places, trouble, text } = logs();
    rmSync(places.logs, { recursive: true });
    made.append("a", "lost");
    made.flushOne("a");
    expect(trouble.report).toHaveBeenCalledWith(expect.objectContaining({ code: "ENOENT" }));
    expect(made.isOpen("a")).toBe(true);
    mkdirSync(places.logs);
    made.append("a", "back");
    made.flushOne("a");
    expect(text("a")).toBe("\n[5 characters of output could not be stored]\nback\n");
    made.append("a", "more");
    expect([made.take("a"), text("a").endsWith("back\nmore\n")]).toEqual([{ hasFile: true }, true]);
  });

  it("goes to the file of its run also when more files than are kept open are written in turn", () => {
    const { logs: made, text } = logs();
    const uuids = Array.from({ length: 140 }, (_, n) => `u${n}`);
    for (const turn of [1, 2]) {
      for (const uuid of uuids) {
        made.append(uuid, `${uuid} ${turn}`);
        made.flushOne(uuid);
      }
    }
    const open = readdirSync("/proc/self/fd").length;
    expect(uuids.filter((uuid) => text(uuid) !== `${uuid} 1\n${uuid} 2\n`)).toEqual([]);
    made.closeAll();
    expect(open - readdirSync("/proc/self/fd").length).toBe(128);
  });
});
