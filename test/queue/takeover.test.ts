import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Claim } from "../../service/model/queue.js";
import type { RunRecord } from "../../service/model/record.js";
import { SpoolQueue } from "../../service/queue/spool/index.js";
import { createStore } from "../../service/store/index.js";
import { UniqueNames } from "../../service/store/unique-names.js";
import { noteLog, until } from "../runs/work-folder.js";
import { queuedRun } from "./queued-runs.js";

/** Long enough for a busy machine to renew in time. */
const LEASE_MS = 3000;

function sharedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rojob-adoption-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A spool of a node. `die` ends it as a kill would: nothing of it is renewed or written any more. */
async function startNode(workFolder: string, name: string) {
  const node = (): string => name;
  const { log, lines } = noteLog();
  const store = createStore({ workFolder, node, resultTtlMs: 0, logTtlMs: 0, keepRuns: 0, log });
  await store.start();
  const names = new UniqueNames({ workFolder, node, log, leaseMs: LEASE_MS });
  const queue = new SpoolQueue(store, { node, names, log, takeoverEveryMs: 50 });
  await queue.start();
  onTestFinished(async () => {
    await queue.close();
    await names.close();
    await store.close();
  });
  return { queue, store, names, lines, die: () => names.close() };
}

describe("runs of a node that is dead", () => {
  it("are taken over by another node on the same work folder, and not while it lives", async () => {
    const folder = sharedFolder();
    const a = await startNode(folder, "a:1");
    const runs = {
      waiting: queuedRun({ node: "a:1" }, { text: "waiting" }),
      started: queuedRun({ node: "a:1" }),
      retried: queuedRun({ node: "a:1", retries: 1 }),
    };
    for (const run of Object.values(runs)) await a.queue.submit(run);
    for (const { record } of [runs.started, runs.retried]) {
      const claim = (await a.queue.claim(record.uuid))!;
      await claim.started({ ...record, state: "running", attempt: 1 });
    }
    const b = await startNode(folder, "b:2");
    await new Promise((resolve) => setTimeout(resolve, 2 * LEASE_MS));
    expect(await b.queue.claim()).toBeUndefined();

    await a.die();
    const of = (run: keyof typeof runs): Promise<RunRecord | undefined> => b.queue.get(runs[run].record.uuid);
    await until(async () => (await of("started"))?.state === "interrupted" && (await of("retried"))?.node === "b:2");
    const claimed: Claim[] = [];
    await until(async () => {
      const claim = await b.queue.claim();
      if (claim !== undefined) claimed.push(claim);
      return claimed.length === 2;
    });
    expect(claimed.map(({ run }) => [run.record.uuid, run.record.node, run.record.attempt])).toEqual([
      [runs.waiting.record.uuid, "b:2", 0],
      [runs.retried.record.uuid, "b:2", 1],
    ]);
    expect(claimed[0]!.run.text).toBe("waiting");
    expect(await b.queue.claim()).toBeUndefined();
    expect((await b.store.unfinished()).map(({ record }) => record.uuid).sort()).toEqual(
      [runs.waiting.record.uuid, runs.retried.record.uuid].sort(),
    );
  });

  it("are taken over once, however many nodes there are", async () => {
    const folder = sharedFolder();
    const dead = await startNode(folder, "dead:1");
    for (let count = 0; count < 20; count++) await dead.queue.submit(queuedRun({ node: "dead:1" }));
    const others = await Promise.all(["b:2", "c:3", "d:4"].map((name) => startNode(folder, name)));
    await dead.die();
    const uuids: string[] = [];
    await until(async () => {
      for (const { queue } of others) {
        for (let claim = await queue.claim(); claim !== undefined; claim = await queue.claim()) {
          uuids.push(claim.run.record.uuid);
        }
      }
      return uuids.length >= 20;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const { queue } of others) expect(await queue.claim()).toBeUndefined();
    expect(new Set(uuids).size).toBe(20);
  });
});

describe("a node that was away for so long that another has its runs", () => {
  it("keeps nothing of them any more, and begins anew", async () => {
    const folder = sharedFolder();
    const a = await startNode(folder, "a:1");
    const [running, waiting] = [queuedRun({ node: "a:1", retries: 1 }), queuedRun({ node: "a:1" })];
    for (const run of [running, waiting]) await a.queue.submit(run);
    const claim = (await a.queue.claim(running.record.uuid))!;
    const record: RunRecord = { ...running.record, state: "running", attempt: 1 };
    await claim.started(record);
    const b = await startNode(folder, "b:2");
    // As if its process had been stopped: it renews nothing, and does not know.
    const stopped = a.names as unknown as { renewAll(): void };
    const renew = stopped.renewAll;
    stopped.renewAll = () => undefined;
    let other: Claim | undefined;
    await until(async () => (other ??= await b.queue.claim(waiting.record.uuid)) !== undefined);
    const taken = other!;
    const done: RunRecord = { ...taken.run.record, state: "done", attempt: 1, endedAt: Date.now() };
    await taken.started({ ...done, state: "running", endedAt: undefined });
    await taken.complete({ record: done, result: "1" });
    // A client that has seen that end finds it here, too.
    expect(await a.queue.get(waiting.record.uuid)).toMatchObject({ state: "done", node: "b:2" });
    stopped.renewAll = renew;

    await until(() => claim.signal.aborted, "the claim to be lost");
    expect(claim.signal.reason).toBe("lost");
    expect(await claim.complete({ record: { ...record, state: "done" }, result: "1" })).toBe(false);
    expect(await a.queue.claim()).toBeUndefined();
    expect(await b.queue.get(running.record.uuid)).toMatchObject({ state: "accepted", node: "b:2" });
    await until(() => a.queue.trouble() === undefined, "the node to serve again");
    const fresh = queuedRun({ node: "a:1" });
    await a.queue.submit(fresh);
    expect((await a.queue.claim())?.run.record.uuid).toBe(fresh.record.uuid);
  });
});
