import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Claim, QueueEvent, RunQueue } from "../../service/model/queue.js";
import type { QueuedRun, RunRecord } from "../../service/model/record.js";
import { PATIENCE_MS } from "../patience.js";
import type { QueueUnderTest } from "./queue-under-test.js";
import { carryOut, queuedRun, startedOf, until } from "./queued-runs.js";

/** Delay of a run that must not be claimed yet, ms: the steps before it take less on a busy machine. */
const LATER_MS = 4000;

/** Promises of every adapter of {@link RunQueue}. */
export function describeQueue(kind: string, make: () => Promise<QueueUnderTest>): void {
  describe(`the queue ${kind}`, () => {
    let setup: QueueUnderTest;
    let queue: RunQueue;
    let events: QueueEvent[];

    const submit = async (record: Partial<RunRecord> = {}, given: Partial<QueuedRun> = {}): Promise<string> => {
      const run = queuedRun(record, given);
      await queue.submit(run);
      return run.record.uuid;
    };
    /** Claims as a consumer does, as soon as there is something. */
    const claim = async (from = queue): Promise<Claim> => {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      for (;;) {
        await from.whenWork(signal);
        const claimed = await from.claim();
        if (claimed !== undefined) return claimed;
      }
    };
    const claimUuid = async (): Promise<string> => (await claim()).run.record.uuid;

    beforeEach(async () => {
      setup = await make();
      queue = setup.queue;
      events = [];
      await queue.start();
      queue.onEvent((event) => events.push(event));
    });
    afterEach(async () => {
      await queue.close();
      await setup.end();
    });

    it("names itself, and has no trouble", () => {
      expect(queue.kind).toBe(kind);
      expect(queue.trouble()).toBeUndefined();
    });

    it("gives out a run as it was accepted, once", async () => {
      const run = queuedRun({ name: "n", timeoutMs: 5 }, { text: "jobs: []\n# €", args: { a: 1, b: ["x", null] } });
      await queue.submit(run);
      expect(await queue.get(run.record.uuid)).toEqual(run.record);
      expect((await claim()).run).toEqual(run);
      expect(await queue.claim()).toBeUndefined();
    });

    it("gives out a large run as it was accepted, also after it went back in line", async () => {
      const run = queuedRun({}, { text: `# ${"x€".repeat(200_000)}`, args: { list: Array(20_000).fill("value") } });
      await queue.submit(run);
      const claimed = await claim();
      expect(claimed.run).toEqual(run);
      await claimed.started(startedOf(claimed));
      await claimed.release();
      expect((await claim()).run).toEqual(run);
    });

    it("keeps state, result and record of a run that was carried out", async () => {
      const uuid = await submit();
      const claimed = await claim();
      expect((await queue.get(uuid))?.state).toBe("accepted");
      const record = startedOf(claimed);
      expect(await claimed.started(record)).toBe(true);
      expect((await queue.get(uuid))?.state).toBe("running");
      expect(await queue.result(uuid)).toBeUndefined();
      expect(await queue.counts()).toMatchObject({ waiting: 0, running: 1 });
      const ended: RunRecord = { ...record, state: "failed", endedAt: 5, errors: [{ name: "A", error: ["x"] }] };
      expect(await claimed.complete({ record: ended, result: '{"a":"€"}' })).toBe(true);
      expect(await queue.get(uuid)).toMatchObject({
        state: "failed",
        endedAt: 5,
        errors: [{ name: "A", error: ["x"] }],
      });
      expect(await queue.result(uuid)).toBe('{"a":"€"}');
      expect(await queue.counts()).toMatchObject({ waiting: 0, running: 0, ended: { failed: 1 }, oldestWaitingMs: 0 });
    });

    it("lets a claim end once", async () => {
      const uuid = await submit();
      const claimed = await claim();
      expect(await carryOut(claimed, "1")).toBe(true);
      expect(await claimed.complete({ record: startedOf(claimed), result: "2" })).toBe(false);
      expect(await claimed.retry(startedOf(claimed), 0)).toBe(false);
      await claimed.release();
      expect([await queue.result(uuid), await queue.claim()]).toEqual(["1", undefined]);
    });

    it("takes a uuid that is known for the run it stands for", async () => {
      const run = queuedRun();
      await Promise.all([queue.submit(run), queue.submit(run), queue.submit(run)]);
      expect((await queue.counts()).waiting).toBe(1);
      const claimed = await claim();
      await queue.submit(run);
      expect(await queue.claim()).toBeUndefined();
      await carryOut(claimed);
      await queue.submit(run);
      expect(await queue.claim()).toBeUndefined();
      expect((await queue.get(run.record.uuid))?.state).toBe("done");
    });

    it("gives out the highest priority first, then the oldest", async () => {
      const at = Date.now();
      const low = await submit({ priority: -1, acceptedAt: at - 50 });
      const second = await submit({ acceptedAt: at - 10 });
      const first = await submit({ acceptedAt: at - 20 });
      const high = await submit({ priority: 5, acceptedAt: at });
      expect([await claimUuid(), await claimUuid(), await claimUuid(), await claimUuid()]).toEqual([
        high,
        first,
        second,
        low,
      ]);
    });

    it("gives out many in the order they came", async () => {
      const sent: string[] = [];
      for (let count = 0; count < 50; count++) sent.push(await submit({ acceptedAt: Date.now() }));
      const got: string[] = [];
      for (let count = 0; count < 50; count++) got.push(await claimUuid());
      expect(got).toEqual(sent);
    });

    it("wakes consumers that wait for work, and releases them when they abort", async () => {
      const waiting = queue.whenWork(AbortSignal.timeout(PATIENCE_MS));
      const uuid = await submit();
      await waiting;
      expect(await claimUuid()).toBe(uuid);
      await queue.claim();
      const away = new AbortController();
      // A broker may still report the run that was claimed: then there is nothing to claim.
      const left = (async () => {
        for (;;) {
          await queue.whenWork(away.signal);
          expect(await queue.claim()).toBeUndefined();
        }
      })();
      away.abort(new Error("called away"));
      await expect(left).rejects.toThrow("called away");
      await expect(queue.whenWork(away.signal)).rejects.toThrow("called away");
    });

    it("gives a run out no sooner than it may be started", async () => {
      const notBefore = Date.now() + LATER_MS;
      const late = await submit({ notBefore, priority: 9 });
      expect([await queue.claim(), await queue.claim(late)]).toEqual([undefined, undefined]);
      const now = await submit();
      expect(await claimUuid()).toBe(now);
      expect(await claimUuid()).toBe(late);
      expect(Date.now()).toBeGreaterThanOrEqual(notBefore);
    });

    it("holds back runs of a name that has as many as it may, and no others", async () => {
      const limited = { name: "limited", priority: 1 };
      for (let count = 0; count < 5; count++) await submit(limited, { maxPerName: 2 });
      const other = await submit({ name: "other" }, { maxPerName: 2 });
      const [first, second] = [await claim(), await claim()];
      expect([first.run.record.name, second.run.record.name]).toEqual(["limited", "limited"]);
      expect(await claimUuid()).toBe(other);
      expect(await queue.claim()).toBeUndefined();
      await carryOut(first);
      const third = await claim();
      expect(await queue.claim()).toBeUndefined();
      await third.retry({ ...startedOf(third), state: "accepted" }, 60_000);
      const fourth = await claim();
      expect(await queue.claim()).toBeUndefined();
      await second.release();
      expect(await claimUuid()).toBe(second.run.record.uuid);
      expect(await queue.claim()).toBeUndefined();
      expect(fourth.run.record.name).toBe("limited");
    });

    it("lets the next of a name go when the one before it in line is killed", async () => {
      const running = await submit({ name: "n" }, { maxPerName: 1 });
      const next = await submit({ name: "n" }, { maxPerName: 1 });
      const last = await submit({ name: "n" }, { maxPerName: 1 });
      const claimed = await claim();
      expect(claimed.run.record.uuid).toBe(running);
      expect(await queue.claim()).toBeUndefined();
      expect(await queue.cancel(next)).toBe("waiting");
      await carryOut(claimed);
      expect(await claimUuid()).toBe(last);
    });

    it("gives out a run before its turn when it is asked for, unless it is held back", async () => {
      const first = await submit({ name: "n" }, { maxPerName: 1 });
      const second = await submit();
      const third = await submit({ name: "n" }, { maxPerName: 1 });
      expect((await queue.claim(second))?.run.record.uuid).toBe(second);
      expect(await queue.claim(second)).toBeUndefined();
      const claimed = await queue.claim(third);
      expect(claimed?.run.record.uuid).toBe(third);
      expect(await queue.claim(first)).toBeUndefined();
      expect(await queue.claim("node-of-tests-1-nobody")).toBeUndefined();
      await carryOut(claimed!);
      expect((await queue.claim(first))?.run.record.uuid).toBe(first);
    });

    it("puts a run back in line to be run again after a while", async () => {
      const uuid = await submit({ retries: 1 });
      const claimed = await claim();
      const record = startedOf(claimed);
      await claimed.started(record);
      const again = Date.now() + LATER_MS;
      const waiting: RunRecord = { ...record, state: "accepted", errors: [{ name: "A", error: ["x"] }] };
      expect(await claimed.retry(waiting, LATER_MS)).toBe(true);
      expect(await queue.claim()).toBeUndefined();
      expect(await queue.get(uuid)).toMatchObject({ state: "accepted", attempt: 1, errors: [{ name: "A" }] });
      const second = await claim();
      expect(Date.now()).toBeGreaterThanOrEqual(again);
      expect(second.run.record).toMatchObject({ uuid, attempt: 1 });
      expect(second.token > claimed.token).toBe(true);
      expect(await carryOut(second)).toBe(true);
      expect(await queue.get(uuid)).toMatchObject({ state: "done", attempt: 2 });
    });

    it("takes a run back as if it had not been claimed", async () => {
      const uuid = await submit();
      const claimed = await claim();
      await claimed.release();
      const second = await claim();
      expect(second.run.record).toMatchObject({ uuid, state: "accepted", attempt: 0 });
      expect(await claimed.started(startedOf(claimed))).toBe(false);
      await second.started(startedOf(second));
      await second.release(LATER_MS);
      expect(await queue.get(uuid)).toMatchObject({ state: "accepted", attempt: 0 });
      expect(await queue.claim()).toBeUndefined();
      expect(await claimUuid()).toBe(uuid);
    });

    it("kills a run that waits at once", async () => {
      const uuid = await submit();
      expect(await queue.cancel(uuid)).toBe("waiting");
      expect(await queue.get(uuid)).toMatchObject({ state: "killed", endedBy: "killed", attempt: 0 });
      expect(await queue.claim()).toBeUndefined();
      expect(await queue.cancel(uuid)).toBe("ended");
      const later = await submit({ notBefore: Date.now() + 60_000 });
      expect(await queue.cancel(later)).toBe("waiting");
      expect(await queue.counts()).toMatchObject({ waiting: 0, ended: { killed: 2 } });
    });

    it("notifies the holder of a run that it is to be killed", async () => {
      const uuid = await submit();
      const claimed = await claim();
      await claimed.started(startedOf(claimed));
      expect(await queue.cancel(uuid)).toBe("running");
      await until(async () => claimed.signal.aborted);
      expect(claimed.signal.reason).toBe("killed");
      const killed: RunRecord = { ...startedOf(claimed), state: "killed", endedAt: Date.now() };
      expect(await claimed.complete({ record: killed, result: "null" })).toBe(true);
      expect((await queue.get(uuid))?.state).toBe("killed");
    });

    it("knows nothing of runs nobody has accepted", async () => {
      const uuid = "node-of-tests-1-77";
      expect(await queue.get(uuid)).toBeUndefined();
      expect(await queue.result(uuid)).toBeUndefined();
      expect(await queue.readLog(uuid, undefined)).toBeUndefined();
      expect([await queue.cancel(uuid), await queue.remove(uuid)]).toEqual(["unknown", false]);
    });

    it("forgets an ended run, and no other", async () => {
      const uuid = await submit();
      expect(await queue.remove(uuid)).toBe(false);
      await carryOut(await claim());
      expect(await queue.remove(uuid)).toBe(true);
      expect([await queue.get(uuid), await queue.result(uuid)]).toEqual([undefined, undefined]);
      expect(await queue.remove(uuid)).toBe(false);
    });

    it("keeps what is learned of an ended run later", async () => {
      const callback = { url: "http://127.0.0.1/", state: "waiting" as const, attempts: [] };
      const uuid = await submit({ callback });
      await carryOut(await claim());
      const record = (await queue.get(uuid))!;
      await queue.update({ ...record, callback: { ...callback, state: "delivered" } });
      expect(await queue.get(uuid)).toMatchObject({ state: "done", callback: { state: "delivered" } });
      expect(await queue.result(uuid)).toBe("{}");
    });

    it("lists runs by state and name, newest first, page by page", async () => {
      const at = Date.now() - 1000;
      const all: string[] = [];
      for (let count = 0; count < 5; count++) {
        all.unshift(await submit({ acceptedAt: at + count, name: count < 3 ? "a" : "b" }));
      }
      await carryOut((await queue.claim(all[0]))!);
      const uuids = async (filter: object): Promise<string[]> =>
        (await queue.list({ limit: 100, ...filter })).runs.map(({ uuid }) => uuid);
      expect(await uuids({})).toEqual(all);
      expect(await uuids({ state: ["done"] })).toEqual([all[0]]);
      expect(await uuids({ name: "a" })).toEqual(all.slice(2));
      expect(await uuids({ since: at + 2, until: at + 4 })).toEqual(all.slice(1, 3));
      const first = await queue.list({ limit: 3 });
      const second = await queue.list({ limit: 3, cursor: first.next });
      expect([...first.runs, ...second.runs].map(({ uuid }) => uuid)).toEqual(all);
      expect([first.runs.length, second.next]).toEqual([3, undefined]);
    });

    it("keeps the output of a run in order, to be read from any place", async () => {
      const uuid = await submit();
      const claimed = await claim();
      await claimed.started(startedOf(claimed));
      const lines = Array.from({ length: 3000 }, (_, index) => `line ${index} of €`);
      for (const line of lines) queue.appendLog(uuid, line);
      let text = "";
      let next: string | undefined;
      await until(async () => {
        const chunk = await queue.readLog(uuid, next);
        text += chunk?.text ?? "";
        next = chunk?.next ?? next;
        return text.split("\n").length > 3000;
      });
      expect(text).toBe(`${lines.join("\n")}\n`);
      expect(await queue.readLog(uuid, next)).toMatchObject({ text: "", next, isEnd: false });
      expect(events.some((event) => event.kind === "log" && event.uuid === uuid)).toBe(true);
      queue.appendLog(uuid, "the last");
      await claimed.complete({ record: { ...startedOf(claimed), state: "done" }, result: "{}" });
      const rest = await queue.readLog(uuid, next);
      expect(rest?.text).toBe("the last\n");
      expect((await queue.readLog(uuid, rest?.next))?.isEnd).toBe(true);
    });

    it("publishes each change of a run's state, in order", async () => {
      const uuid = await submit({ retries: 1 });
      const first = await claim();
      await first.started(startedOf(first));
      await first.retry({ ...startedOf(first), state: "accepted" }, 0);
      await carryOut(await claim());
      const states = (): string[] =>
        events.flatMap((event) => (event.kind === "state" && event.uuid === uuid ? [event.record.state] : []));
      await until(async () => states().at(-1) === "done");
      expect(states()).toEqual(["accepted", "running", "accepted", "running", "done"]);
    });

    it("goes on after the death of its node: what waited waits, what ran is ended or runs again", async () => {
      const [waiting, claimedOnly, running, again, ended, killed] = [
        await submit({ priority: -1 }, { text: "waiting" }),
        await submit(),
        await submit(),
        await submit({ retries: 1 }),
        await submit(),
        await submit(),
      ];
      await queue.claim(claimedOnly);
      for (const uuid of [running, again]) {
        const claimed = (await queue.claim(uuid))!;
        await claimed.started(startedOf(claimed));
      }
      await carryOut((await queue.claim(ended))!, '"kept"');
      await queue.cancel(killed);

      const former = queue;
      queue = await setup.nextLife();
      await queue.start();
      const within = setup.recoveryMs + 10_000;
      await until(async () => (await queue.get(running!))?.state === "interrupted", within);
      expect((await queue.get(running!))?.errors.at(-1)?.error[0]).toContain("interrupted");
      expect([await queue.result(ended!), (await queue.get(killed!))?.state]).toEqual(['"kept"', "killed"]);
      const given = [await claim(), await claim(), await claim()];
      expect(given.map(({ run }) => run.record.uuid).sort()).toEqual([waiting, claimedOnly, again].sort());
      const attempts = Object.fromEntries(given.map(({ run }) => [run.record.uuid, run.record.attempt]));
      expect(attempts).toEqual({ [waiting!]: 0, [claimedOnly!]: 0, [again!]: 1 });
      expect(given.find(({ run }) => run.record.uuid === waiting)?.run.text).toBe("waiting");
      expect((await queue.counts()).redeliveries).toBeGreaterThanOrEqual(1);
      expect(await queue.claim()).toBeUndefined();
      await former.close();
    });

    it("gives out nothing once it is closed, and keeps what waits", async () => {
      const uuid = await submit();
      const held = await submit();
      await queue.claim(held);
      await queue.close();
      expect(await queue.claim().catch(() => undefined)).toBeUndefined();
      queue = await setup.nextLife();
      await queue.start();
      expect(new Set([await claimUuid(), await claimUuid()])).toEqual(new Set([uuid, held]));
    });
  });
}
