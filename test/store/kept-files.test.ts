import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pino } from "pino";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { RunLogs } from "../../service/store/run-logs.js";
import { SetAside } from "../../service/store/set-aside.js";
import { StorePaths } from "../../service/store/store-paths.js";
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
