import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PATIENCE_MS } from "../patience.js";
import { job, startRuns, untilFile } from "./runs-helper.js";
import { until, workFolder } from "./work-folder.js";

const unique = { name: "only", unique: true };

describe("a run that is to be the only one of its name", () => {
  it("is refused while there is another, with that one's uuid, however it is asked for", async () => {
    const work = workFolder();
    const { runs } = await startRuns(work, { workers: 2 });
    const first = (await runs.submit(job(untilFile(join(work, "go")), { settings: unique }))).record.uuid;
    const refused = { code: "not_unique", status: 409, message: expect.stringContaining(first) };
    await expect(runs.submit(job("", { settings: unique }))).rejects.toMatchObject(refused);
    await expect(runs.run(job("", { settings: unique }))).rejects.toMatchObject(refused);
    expect(await runs.run(job("__pm.x = 1", { settings: { name: "only" } }))).toMatchObject({ state: "done" });
    writeFileSync(join(work, "go"), "");
    await runs.wait(first, 60_000);
    expect((await onceFree(() => runs.run(job("", { settings: unique })))).state).toBe("done");
    expect((await onceFree(() => runs.submit(job("", { settings: unique })))).isNew).toBe(true);
  });

  it("runs alone when many are asked for at once", async () => {
    const { runs } = await startRuns(workFolder(), { workers: 3 });
    const asked = Array.from({ length: 10 }, () => runs.run(job("sleep(300, true)", { settings: unique })));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("gives its name free when it is killed while it waits, and when it fails", async () => {
    const work = workFolder();
    const { runs, finish } = await startRuns(work);
    const ahead = runs.run(job(untilFile(join(work, "go"))));
    await until(() => runs.running().length === 1);
    const { uuid } = (await runs.submit(job("", { settings: unique }))).record;
    expect(await runs.kill(uuid)).toBe("killed");
    const again = await onceFree(() => runs.submit(job("throw 'x'", { settings: unique })));
    writeFileSync(join(work, "go"), "");
    await ahead;
    expect((await runs.wait(again.record.uuid, 60_000))?.state).toBe("failed");
    expect((await onceFree(() => finish(job("", { settings: unique })))).state).toBe("done");
  });

  it("keeps its name over the death of its node, and runs alone in the next process", async () => {
    const work = workFolder();
    const first = await startRuns(work);
    const blocking = (await first.runs.submit(job("sleep(60000, true)"))).record.uuid;
    await until(() => first.runs.running().includes(blocking));
    const { uuid } = (await first.runs.submit(job("__pm.x = 1", { settings: unique }))).record;
    await first.stop();
    const { runs } = await startRuns(work);
    expect((await runs.wait(uuid, 60_000))?.state).toBe("done");
    expect((await onceFree(() => runs.run(job("", { settings: unique })))).state).toBe("done");
  });
});

/** Tries until it is not refused: a name is free a moment after its run has ended. */
async function onceFree<T>(act: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    try {
      return await act();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
