import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eventually, isAlive } from "../workers/pool-helper.js";
import { job, startRuns, untilFile } from "./runs-helper.js";
import { until, workFolder } from "./work-folder.js";

/** A job whose shell starts a shell that starts a shell, each of which notes its process id; the last one left its group. */
function treeJob(folder: string): string {
  const note = (level: number) => `echo $$ > ${folder}/pid${level}`;
  const third = `${note(3)}; sleep 300`;
  const second = `${note(2)}; setsid sh -c '${third}' & wait`;
  writeFileSync(join(folder, "second.sh"), second);
  writeFileSync(join(folder, "first.sh"), `${note(1)}; sh ${folder}/second.sh & wait`);
  return `sh("sh ${folder}/first.sh")`;
}

describe("a run that is killed", () => {
  it("takes all it has started with it, three levels deep, and its neighbours go on", async () => {
    const work = workFolder();
    const { runs } = await startRuns(work, { workers: 2 });
    const neighbour = (await runs.submit(job(`${untilFile(join(work, "go"))}; __pm.x = 1`))).record.uuid;
    const { uuid } = (await runs.submit(job(treeJob(work)))).record;
    const pid = (level: number): number => {
      try {
        return Number(readFileSync(join(work, `pid${level}`), "utf8"));
      } catch {
        return 0; // it has not come so far
      }
    };
    await until(() => pid(1) > 0 && pid(2) > 0 && pid(3) > 0, "three levels of processes");
    const pids = [pid(1), pid(2), pid(3)];
    expect(pids.map(isAlive)).toEqual([true, true, true]);
    expect(await runs.kill(uuid)).toBe("killed");
    await eventually(() => !pids.some(isAlive), "all its processes have ended");
    expect(await runs.get(uuid)).toMatchObject({ state: "killed", endedBy: "killed" });
    expect((await runs.get(neighbour))?.state).toBe("running");
    writeFileSync(join(work, "go"), "");
    expect((await runs.wait(neighbour, 60_000))?.state).toBe("done");
  });
});
