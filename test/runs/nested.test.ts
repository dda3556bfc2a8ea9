import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { NodeRuns } from "../../service/runs/index.js";
import { job, startRuns, untilFile } from "./runs-helper.js";
import { until, workFolder } from "./work-folder.js";

/** Starts a run that holds a worker until `release` is called. */
async function holding(
  runs: NodeRuns,
  work: string,
  name: string,
): Promise<{ uuid: string; release(): Promise<void> }> {
  const file = join(work, `go-${name}`);
  const { uuid } = (await runs.submit(job(untilFile(file)))).record;
  await until(() => runs.running().includes(uuid), "the run that waits to be started");
  return {
    uuid,
    async release() {
      writeFileSync(file, "");
      expect((await runs.wait(uuid, 60_000))?.state).toBe("done");
    },
  };
}

it("what a request waits for takes turns with the queue instead of standing at its end", async () => {
  const work = workFolder();
  const { runs } = await startRuns(work);
  const first = await holding(runs, work, "a");
  const queued: string[] = [];
  for (let n = 0; n < 10; n++) queued.push((await runs.submit(job("sleep(30, true)"))).record.uuid);
  const asked = (await runs.submit(job("__pm.x = 1", { isWaitedFor: true }))).record.uuid;
  await first.release();
  const ended = await runs.wait(asked, 60_000);
  const last = await runs.wait(queued.at(-1)!, 60_000);
  expect([ended?.state, last?.state]).toEqual(["done", "done"]);
  expect(ended!.startedAt).toBeLessThan((await runs.get(queued[2]!))!.startedAt!);
});

describe("a run that waits for a run", () => {
  it("does not keep it from being started, although the only worker is its own and there are no forks", async () => {
    const work = workFolder();
    const { runs } = await startRuns(work);
    const parent = await holding(runs, work, "a");
    const ahead = (await runs.submit(job("__pm.x = 1", { settings: { priority: 9 } }))).record.uuid;
    const child = (await runs.submit(job("__pm.x = 1", { parent: parent.uuid }))).record.uuid;
    expect((await runs.wait(child, 300))?.state).toBe("accepted");
    expect((await runs.wait(child, 60_000, { waiter: parent.uuid }))?.state).toBe("done");
    expect((await runs.get(ahead))?.startedAt ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(
      (await runs.get(child))!.endedAt!,
    );
    expect(await runs.run(job("__pm.x = 2", { parent: parent.uuid }))).toMatchObject({ state: "done" });
    await parent.release();
    expect((await runs.wait(ahead, 60_000))?.state).toBe("done");
  });

  it("gets it also when it is held back at first, or has to be run again", async () => {
    const work = workFolder();
    const { runs } = await startRuns(work);
    const parent = await holding(runs, work, "a");
    const flag = join(work, "flag");
    const once = `if (!io.fileExists("${flag}")) { io.writeFileString("${flag}", "x"); throw "not yet" }`;
    const wanted = job(once, { settings: { retries: 1 }, notBefore: Date.now() + 300 });
    const child = (await runs.submit(wanted)).record.uuid;
    expect(await runs.wait(child, 60_000, { waiter: parent.uuid })).toMatchObject({ state: "done", attempt: 2 });
    await parent.release();
  });

  it("leaves it in its place in line when it gives up", async () => {
    const work = workFolder();
    const { runs } = await startRuns(work, { workers: 1, policy: { BACKLOGTIMEOUT: 60_000 } });
    const parent = await holding(runs, work, "a");
    const late = (await runs.submit(job("", { notBefore: Date.now() + 60_000 }))).record.uuid;
    expect((await runs.wait(late, 100, { waiter: parent.uuid }))?.state).toBe("accepted");
    expect(await runs.kill(late)).toBe("killed");
    await parent.release();
  });

  it("may be waited for itself, and so on", async () => {
    const work = workFolder();
    const { runs } = await startRuns(work);
    const parent = await holding(runs, work, "a");
    // Each link of the chain waits for the next one, which is what brings the depth.
    const chain: { uuid: string; release(): Promise<void> }[] = [];
    const waits: Promise<unknown>[] = [];
    let waiter = parent.uuid;
    for (let depth = 1; depth <= 3; depth++) {
      const file = join(work, `go-${depth}`);
      const { uuid } = (await runs.submit(job(untilFile(file)))).record;
      waits.push(runs.wait(uuid, 60_000, { waiter }));
      await until(() => runs.running().includes(uuid), `run ${depth} of the chain`);
      chain.push({ uuid, release: async () => writeFileSync(file, "") });
      waiter = uuid;
    }
    for (const link of chain.reverse()) await link.release();
    await Promise.all(waits);
    await parent.release();
  });
});
