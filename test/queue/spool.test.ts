import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { SpoolQueue } from "../../service/queue/spool/index.js";
import { createStore, type RunStore } from "../../service/store/index.js";
import { UniqueNames } from "../../service/store/unique-names.js";
import { describeQueue } from "./conformance.js";
import { queuedRun } from "./queued-runs.js";

async function setUp() {
  const workFolder = mkdtempSync(join(tmpdir(), "rojob-spool-"));
  const stores: RunStore[] = [];
  const node = (): string => "node-of-tests:1";
  const log = pino({ level: "silent" });
  let names: UniqueNames | undefined;
  const life = async (): Promise<SpoolQueue> => {
    const store = createStore({
      workFolder,
      node,
      resultTtlMs: 0,
      logTtlMs: 0,
      keepRuns: 0,
      log,
    });
    stores.push(store);
    await store.start();
    // The death of the former life is noticed at once.
    await names?.close();
    names = new UniqueNames({ workFolder, node, log });
    return new SpoolQueue(store, { node, names, log });
  };
  return {
    workFolder,
    queue: await life(),
    nextLife: life,
    recoveryMs: 0,
    async end() {
      await names?.close();
      for (const store of stores) await store.close();
      rmSync(workFolder, { recursive: true });
    },
  };
}

describeQueue("spool", setUp);

describe("the spool", () => {
  it("keeps no large runs in memory while they wait", async () => {
    const { queue, end } = await setUp();
    onTestFinished(end);
    await queue.start();
    const before = process.memoryUsage();
    for (let count = 0; count < 150; count++) {
      await queue.submit(queuedRun({}, { text: `# ${count}${"x".repeat(1_000_000)}` }));
    }
    const after = process.memoryUsage();
    expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(75_000_000);
    expect((await queue.claim())?.run.text).toHaveLength(1_000_003);
    await queue.close();
  });

  it("ends a waiting run whose file is gone, and goes on with the next", async () => {
    const { queue, workFolder, end } = await setUp();
    onTestFinished(end);
    await queue.start();
    const gone = queuedRun({}, { text: "x".repeat(20_000) });
    const next = queuedRun();
    for (const run of [gone, next]) await queue.submit(run);
    rmSync(join(workFolder, ".rojob", `${gone.record.uuid}.rojob`));
    expect(await queue.claim()).toBeUndefined();
    expect(await queue.get(gone.record.uuid)).toMatchObject({ state: "interrupted", errors: [{ name: "ojob" }] });
    expect((await queue.claim())?.run).toEqual(next);
    await queue.close();
  });
});
