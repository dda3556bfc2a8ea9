import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { LogBuffer } from "../../service/queue/broker/log-buffer.js";
import { Notifier } from "../../service/queue/broker/notifier.js";
import { fits } from "../../service/queue/broker/run-filter.js";
import { Listeners } from "../../service/queue/listeners.js";
import { LeaseWatch } from "../../service/queue/spool/lease-watch.js";
import { Ownership } from "../../service/queue/spool/ownership.js";
import { Waiters } from "../../service/queue/waiters.js";
import { UniqueNames } from "../../service/store/unique-names.js";
import { queuedRun } from "./queued-runs.js";

const NOW = 1_700_000_000_000;
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

describe("who waits for work", () => {
  it("is woken together with all others, once", async () => {
    const waiters = new Waiters();
    const woken: string[] = [];
    const wait = (name: string, signal = new AbortController().signal) =>
      waiters.wait(signal).then(
        () => woken.push(name),
        (reason: unknown) => woken.push(`${name}: ${reason}`),
      );
    const interest = new AbortController();
    const all = [wait("a"), wait("b", interest.signal), wait("c", AbortSignal.abort("before"))];
    interest.abort("lost interest");
    await settle();
    expect(woken.sort()).toEqual(["b: lost interest", "c: before"]);
    waiters.wake();
    await Promise.all(all);
    expect(woken.sort()).toEqual(["a", "b: lost interest", "c: before"]);
    waiters.wake();
  });

  it("hears a bell at once while it rings, and when it rings by itself", async () => {
    const notifier = new Notifier();
    const { signal } = new AbortController();
    await notifier.wait(signal);
    await expect(notifier.wait(AbortSignal.abort("late"))).rejects.toBe("late");
    notifier.reset();
    let heard = 0;
    const wait = () => void notifier.wait(signal).then(() => heard++);
    wait();
    notifier.notifyIn(100);
    // The last word counts.
    notifier.notifyIn(50);
    await vi.advanceTimersByTimeAsync(49);
    expect(heard).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    wait();
    await settle();
    expect(heard).toBe(2);
    notifier.reset();
    wait();
    notifier.notify();
    await settle();
    expect(heard).toBe(3);
    notifier.notifyIn(Number.MAX_SAFE_INTEGER);
    notifier.reset();
    wait();
    await vi.advanceTimersByTimeAsync(1000);
    expect(heard).toBe(3);
    notifier.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("of changes is told of each, until it does not want to be", () => {
    const listeners = new Listeners();
    const heard: string[] = [];
    const removeFirst = listeners.add(() => {
      heard.push("first");
      // While the others are still to be told.
      removeFirst();
    });
    listeners.add(() => heard.push("second"));
    listeners.emit({ kind: "missed" });
    listeners.emit({ kind: "missed" });
    expect(heard).toEqual(["first", "second", "second"]);
  });
});

it("a filter of runs takes each of its parts as a condition; since is part of the time, until is not", () => {
  const record = queuedRun({ name: "n", file: "f", acceptedAt: 100, state: "done" }).record;
  const all = { limit: 1 };
  for (const good of [{}, { state: ["failed", "done"] }, { name: "n" }, { file: "f" }, { since: 100 }, { until: 101 }])
    expect([good, fits(record, { ...all, ...good } as never)]).toEqual([good, true]);
  for (const bad of [{ state: ["failed"] }, { name: "m" }, { file: "g" }, { since: 101 }, { until: 100 }])
    expect([bad, fits(record, { ...all, ...bad } as never)]).toEqual([bad, false]);
});

describe("output on its way to a broker", () => {
  function buffer(longestMs?: number) {
    const sent: string[] = [];
    const state = { isAway: false };
    const made = new LogBuffer(async (uuid, text) => {
      if (state.isAway) throw new Error("away");
      sent.push(`${uuid}: ${text}`);
    }, longestMs);
    return { sent, state, buffer: made };
  }

  it("is sent 50 ms after its first line with all that came meanwhile, each run by itself", async () => {
    const { buffer: made, sent } = buffer();
    made.append("a", "1");
    await vi.advanceTimersByTimeAsync(49);
    made.append("a", "2");
    made.append("b", "3");
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(["a: 1\n2\n"]);
    await vi.advanceTimersByTimeAsync(49);
    expect(sent).toEqual(["a: 1\n2\n", "b: 3\n"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is sent at once when it is more than 64 KB", async () => {
    const { buffer: made, sent } = buffer();
    made.append("a", "x".repeat(64 * 1024 - 1));
    await settle();
    expect(sent).toEqual([]);
    made.append("a", "");
    await settle();
    expect(sent).toHaveLength(1);
  });

  it("that cannot be sent is sent later, in order, up to a megabyte; how much is missing is said", async () => {
    const { buffer: made, sent, state } = buffer();
    state.isAway = true;
    made.append("a", "first");
    await vi.advanceTimersByTimeAsync(60);
    const line = "x".repeat(1023);
    for (let count = 0; count < 1100; count++) made.append("a", line);
    await vi.advanceTimersByTimeAsync(5000);
    expect(sent).toEqual([]);
    state.isAway = false;
    await vi.advanceTimersByTimeAsync(1100);
    const lines = sent.join("").split("\n");
    expect(lines[0]).toBe("a: first");
    const kept = lines.filter((each) => each.length >= 1023).length;
    expect(lines.at(-2)).toBe(`[${1100 - kept} lines are missing: the queue was unreachable]`);
    // A megabyte, and what was under way when it was full.
    expect(kept).toBeGreaterThanOrEqual(1024);
    expect(kept).toBeLessThan(1100);
    // There is room again.
    made.append("a", "last");
    await vi.advanceTimersByTimeAsync(60);
    expect(sent.at(-1)).toBe("a: last\n");
    made.close();
  });

  it("has been sent when the end of its run was waited for, or that time is over", async () => {
    const { buffer: made, sent, state } = buffer(200);
    await made.flushed("unknown");
    made.append("a", "1");
    await made.flushed("a");
    expect(sent).toEqual(["a: 1\n"]);
    expect(vi.getTimerCount()).toBe(0);
    state.isAway = true;
    made.append("b", "2");
    await made.flushed("b");
    state.isAway = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toEqual(["a: 1\n", "b: 2\n"]);
    made.append("c", "never");
    made.close();
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toHaveLength(2);
  });
});

describe("the tenure of a node", () => {
  async function ownership(leaseMs = 60_000) {
    const folder = mkdtempSync(join(tmpdir(), "rojob-tenure-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const names = new UniqueNames({ workFolder: folder, node: () => "a:1", log: { warn: () => undefined }, leaseMs });
    onTestFinished(() => names.close());
    const made = new Ownership(names);
    const lost = vi.fn();
    expect([await made.isHeld(), made.isConfirmed]).toEqual([false, false]);
    expect(await made.begin("a:1", lost)).toBe(true);
    return { names, ownership: made, lost };
  }

  it("is sure as long as its process runs, and asks the disk after it stood still for more than 3 s", async () => {
    const { ownership: made } = await ownership();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(made.isConfirmed).toBe(true);
    // The clock goes on, nothing is done.
    const go = performance.now.bind(performance);
    let away = 0;
    vi.spyOn(performance, "now").mockImplementation(() => go() + away);
    onTestFinished(() => void vi.restoreAllMocks());
    away = 3000;
    expect(made.isConfirmed).toBe(true);
    away = 6001;
    expect(made.isConfirmed).toBe(false);
    // It stays so until the disk has been asked.
    expect(made.isConfirmed).toBe(false);
    expect(await made.isHeld()).toBe(true);
    expect(made.isConfirmed).toBe(true);
    made.suspect();
    expect(made.isConfirmed).toBe(false);
    await made.end();
  });

  it("is of one life: another one of the same node has to wait until it has ended", async () => {
    const { names, ownership: made, lost } = await ownership();
    const other = new Ownership(names);
    expect(await other.begin("a:1", lost)).toBe(false);
    expect(await other.of("a:1")).toBeUndefined();
    await made.end();
    expect([await made.isHeld(), made.isConfirmed]).toEqual([false, false]);
    expect(await other.begin("a:1", lost)).toBe(true);
    expect(lost).not.toHaveBeenCalled();
    await other.end();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("that is lost tells so, and is neither held nor sure", async () => {
    const { names, ownership: made, lost } = await ownership();
    const held = (names as unknown as { held: Set<{ lose: AbortController }> }).held;
    for (const one of held) one.lose.abort("lost");
    expect([lost.mock.calls.length, await made.isHeld(), made.isConfirmed]).toEqual([1, false, false]);
    await made.end();
  });
});

it("a lease that is looked at again after it was not among those that count is watched from the beginning", () => {
  const watch = new LeaseWatch(1000);
  const look = (name: string, ms: number) => {
    vi.advanceTimersByTime(ms);
    return watch.isOver(name, "1");
  };
  expect([look("a", 0), look("b", 0), look("a", 400), look("b", 0), look("a", 400), look("b", 0)]).toEqual(
    new Array(6).fill(false),
  );
  watch.keep(["b"]);
  expect([look("a", 400), look("b", 0)]).toEqual([false, true]);
  // Just before its time, and at it.
  expect([look("a", 500), look("a", 499), look("a", 1)]).toEqual([false, false, true]);
});
