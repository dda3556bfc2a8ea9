import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RawJson } from "../../service/base/json/raw-json.js";
import type { HandOver, QueuedRun, RunRecord } from "../../service/model/record.js";
import type { FoundRun } from "../../service/model/store.js";
import { killedRecord, missingFileRecord, recoveryOf } from "../../service/queue/spool/recovery.js";
import { SpoolClaim } from "../../service/queue/spool/spool-claim.js";
import { entryOf, wholeRun } from "../../service/queue/spool/spool-entry.js";
import { Output } from "../../service/queue/spool/spool-output.js";
import { endedWithoutWorker } from "../../service/queue/without-worker.js";
import { queuedRun } from "./queued-runs.js";

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
