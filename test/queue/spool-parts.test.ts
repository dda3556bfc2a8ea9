import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { RawJson } from "../../service/base/json/raw-json.js";
import type { HandOver, QueuedRun, RunRecord } from "../../service/model/record.js";
import type { FoundRun } from "../../service/model/store.js";
import { LogBuffer } from "../../service/queue/broker/log-buffer.js";
import { Notifier } from "../../service/queue/broker/notifier.js";
import { fits } from "../../service/queue/broker/run-filter.js";
import { Listeners } from "../../service/queue/listeners.js";
import { LeaseWatch } from "../../service/queue/spool/lease-watch.js";
import { Ownership } from "../../service/queue/spool/ownership.js";
import { killedRecord, missingFileRecord, recoveryOf } from "../../service/queue/spool/recovery.js";
import { SpoolClaim } from "../../service/queue/spool/spool-claim.js";
import { entryOf, wholeRun } from "../../service/queue/spool/spool-entry.js";
import { Output } from "../../service/queue/spool/spool-output.js";
import { Waiters } from "../../service/queue/waiters.js";
import { endedWithoutWorker } from "../../service/queue/without-worker.js";
import { UniqueNames } from "../../service/store/unique-names.js";
import { queuedRun } from "./conformance.js";

const NOW = 1_700_000_000_000;
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

describe("a run that a former life has left", () => {
  const found = (record: Partial<RunRecord>, more: Partial<FoundRun> = {}): FoundRun => ({
    ...queuedRun({ acceptedAt: NOW - 5, ...record }),
    fence: 1,
    ...more,
  });

  it("waits on when it was not started, whatever it was tried before", () => {
    const run = found({ attempt: 3, retries: 0 });
    expect(recoveryOf(run)).toEqual({ kind: "waits", record: run.record });
  });

  it("is run again as often as `retries` says, and ends then as interrupted, with a reason", () => {
    const started = (attempt: number, retries: number) => recoveryOf(found({ state: "running", attempt, retries }));
    expect(started(1, 1)).toMatchObject({ kind: "again", record: { state: "accepted", attempt: 1 } });
    expect(started(2, 2).kind).toBe("again");
    for (const [attempt, retries] of [
      [1, 0],
      [2, 1],
    ] as const) {
      const { kind, record } = started(attempt, retries);
      expect([kind, record.state, record.endedBy, record.endedAt]).toEqual(["ends", "interrupted", "crash", NOW]);
      expect(record.errors).toEqual([{ name: "ojob", error: ["interrupted: its node ended while it ran"] }]);
    }
  });

  it("ends when a file of it is damaged, with what is damaged besides its former errors", () => {
    const errors = [{ name: "a", error: ["before"] }];
    const { kind, record } = recoveryOf(found({ retries: 5, errors }, { damage: "its file x is damaged" }));
    expect([kind, record.state]).toEqual(["ends", "interrupted"]);
    expect(record.errors).toEqual([...errors, { name: "ojob", error: ["interrupted: its file x is damaged"] }]);
  });

  it("that was killed while it waited, or whose file is gone, says so", () => {
    const run = queuedRun();
    expect(killedRecord(run)).toMatchObject({
      state: "killed",
      endedBy: "killed",
      endedAt: NOW,
      errors: [{ name: "ojob", error: ["killed: by request, before it was started"] }],
    });
    expect(missingFileRecord(run)).toMatchObject({
      state: "interrupted",
      endedBy: "crash",
      errors: [{ name: "ojob", error: [`interrupted: its file ${run.record.uuid}.rojob is missing or damaged`] }],
    });
  });

  it("is kept as long as it asked for, from its end on", () => {
    const end = { state: "killed", endedBy: "killed", errors: [] } as const;
    expect(endedWithoutWorker(queuedRun({}, { resultTtlMs: 5 }), { ...end, errors: [] }).expiresAt).toBe(NOW + 5);
    expect(endedWithoutWorker(queuedRun(), { ...end, errors: [] })).not.toHaveProperty("expiresAt");
  });
});

describe("a run that waits", () => {
  it("is in memory with text and arguments up to 8 KB, and else on the disk only", () => {
    const of = (run: Partial<QueuedRun>) => entryOf(queuedRun({}, run), 3, 4);
    const arguments_ = '{"a":1}'.length;
    const fits_ = of({ text: "x".repeat(8192 - arguments_), args: { a: 1 } });
    expect([fits_.isOnDisk, fits_.run.args, fits_.fence, fits_.sequence]).toEqual([false, { a: 1 }, 3, 4]);
    const large = of({ text: "x".repeat(8193 - arguments_), args: { a: 1 } });
    expect([large.isOnDisk, large.run.text, large.run.args]).toEqual([true, "", {}]);
    const raw = new RawJson(Buffer.from('"x"'));
    expect([of({ text: raw }).isOnDisk, of({ args: raw as never }).isOnDisk]).toEqual([true, true]);
  });

  it("is due at once unless its record says when", () => {
    const due = (record: Partial<RunRecord>) => entryOf(queuedRun(record), 0, 1).dueAt;
    expect([due({}), due({ notBefore: NOW + 7 })]).toEqual([0, NOW + 7]);
  });

  it("is whole again from the disk, with the newest record and nothing of where it went", async () => {
    const run = queuedRun({}, { text: "x".repeat(9000), args: { a: 1 } });
    const entry = entryOf(run, 0, 1);
    entry.run = { ...entry.run, record: { ...run.record, attempt: 2 } };
    const handOver: HandOver = { id: "1", to: "b:2" };
    const accepted = async () => ({ ...run, fence: 5, handOver });
    expect(await wholeRun(entry, { accepted })).toEqual({ ...run, record: { ...run.record, attempt: 2 } });
    expect(await wholeRun(entry, { accepted: async () => undefined })).toBeUndefined();
    const small = entryOf(queuedRun(), 0, 1);
    expect(await wholeRun(small, { accepted: () => Promise.reject(new Error("not asked")) })).toBe(small.run);
  });
});

describe("a claim", () => {
  function claim(record: Partial<RunRecord> = {}, isKept = true) {
    const kept: unknown[][] = [];
    const keep =
      (what: string) =>
      async (...args: unknown[]) => {
        kept.push([what, ...args.slice(1)]);
        return isKept;
      };
    const entry = entryOf(queuedRun(record), 0, 1);
    const keeper = { started: keep("started"), ended: keep("ended"), returned: keep("returned") };
    return { kept, entry, claim: new SpoolClaim(entry, "7", keeper as never) };
  }

  it("is good for one end: completed, tried again or released", async () => {
    const uses = {
      complete: (one: SpoolClaim) => one.complete({ record: one.run.record, result: "1" }),
      retry: (one: SpoolClaim) => one.retry(one.run.record, 10),
      release: (one: SpoolClaim) => one.release().then(() => undefined),
    };
    for (const first of ["complete", "retry", "release"] as const) {
      for (const second of ["complete", "retry", "release"] as const) {
        const { claim: one, kept } = claim();
        expect(await uses[first](one)).toBe(first === "release" ? undefined : true);
        expect(await uses[second](one)).toBe(second === "release" ? undefined : false);
        expect(kept).toHaveLength(1);
        expect(await one.started(one.run.record)).toBe(false);
      }
    }
  });

  it("puts its run back as accepted, to be started after the delay that was asked for", async () => {
    const { claim: one, kept } = claim({ attempt: 1 });
    await one.retry({ ...one.run.record, state: "failed" }, 250);
    expect(kept).toEqual([["returned", { ...one.run.record, state: "accepted", notBefore: NOW + 250 }, NOW + 250]]);
  });

  it("that is released gives back the record as it was claimed, not before the run's own time", async () => {
    const at = async (notBefore: number | undefined, delayMs?: number) => {
      const { claim: one, kept } = claim({ notBefore });
      await one.release(delayMs);
      expect(kept[0]![1]).toBe(one.run.record);
      return kept[0]![2];
    };
    expect([await at(undefined), await at(undefined, 100), await at(NOW + 500, 100), await at(NOW + 50, 100)]).toEqual([
      NOW,
      NOW + 100,
      NOW + 500,
      NOW + 100,
    ]);
  });

  it("that is lost keeps nothing any more, also when that came while its start was written", async () => {
    const { claim: one, kept } = claim();
    one.lose();
    expect(one.signal.reason).toBe("lost");
    expect(await one.started(one.run.record)).toBe(false);
    expect(await one.complete({ record: one.run.record, result: "1" })).toBe(false);
    expect(kept).toEqual([]);
    const late = claim();
    const started = late.claim.started(late.entry.run.record);
    late.claim.lose();
    expect(await started).toBe(false);
    const refused = claim({}, false);
    expect(await refused.claim.started(refused.entry.run.record)).toBe(false);
  });

  it("says that its run is to be killed, and can be completed then", async () => {
    const { claim: one } = claim();
    one.kill();
    expect([one.signal.reason, await one.complete({ record: one.run.record, result: "1" })]).toEqual(["killed", true]);
  });
});

describe("the output of a run", () => {
  function output() {
    const written: string[] = [];
    const state = { isConfirmed: true, hasClaim: true, answer: true as boolean | "error", asked: 0 };
    let reply: () => void = () => undefined;
    const made = new Output({
      store: { appendLog: (uuid, line) => void written.push(`${uuid} ${line}`) },
      hasClaim: () => state.hasClaim,
      isConfirmed: () => state.isConfirmed,
      confirm: async () => {
        state.asked++;
        await new Promise<void>((resolve) => (reply = resolve));
        if (state.answer === "error") throw new Error("the disk does not answer");
        return state.answer;
      },
    });
    const answer = async () => {
      reply();
      await settle();
    };
    return { written, state, output: made, answer };
  }

  it("is written at once while it is sure whose run it is, and only of runs that were claimed here", () => {
    const { output: made, written, state } = output();
    made.append("a", "1");
    state.hasClaim = false;
    made.append("b", "2");
    expect([written, state.asked]).toEqual([["a 1"], 0]);
  });

  it("waits in order until that is known, with one question for all, and is written then", async () => {
    const { output: made, written, state, answer } = output();
    state.isConfirmed = false;
    made.append("a", "1");
    made.append("b", "2");
    state.isConfirmed = true;
    // Behind those that wait.
    made.append("a", "3");
    expect([written, state.asked]).toEqual([[], 1]);
    await answer();
    expect(written).toEqual(["a 1", "b 2", "a 3"]);
    made.append("a", "4");
    expect([written.at(-1), state.asked]).toEqual(["a 4", 1]);
  });

  it.each([false, "error"] as const)("is dropped when the run is another node's now (%s)", async (wrong) => {
    const { output: made, written, state, answer } = output();
    state.isConfirmed = false;
    state.answer = wrong;
    made.append("a", "1");
    await answer();
    state.isConfirmed = true;
    made.append("a", "2");
    expect(written).toEqual(["a 2"]);
  });

  it("of the time of one question is kept up to a million characters", async () => {
    const { output: made, written, state, answer } = output();
    state.isConfirmed = false;
    const mega = "x".repeat(1024 * 1024);
    made.append("a", mega.slice(1));
    made.append("b", "y");
    made.append("c", "z");
    await answer();
    expect(written.map((line) => line[0])).toEqual(["a", "b"]);
    // Kept lines are dropped with the answer: there is room again.
    made.append("d", mega);
    await answer();
    expect(written.map((line) => line[0])).toEqual(["a", "b", "d"]);
  });
});

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
