import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { WorkerGroups } from "../../service/workers/cgroups.js";
import { subreaperWords } from "../../service/workers/subreaper.js";
import { eventually, job, TestCluster } from "../cluster/nodes.js";
import { hasProgram } from "../has-program.js";
import { ESCAPES, programOf, UNTIL_THERE } from "../workers/escapes.js";
import { isAlive } from "../workers/pool-helper.js";

/** A node that gets SIGKILL takes with it what its runs have started, whatever that does to get away. */

const words = await subreaperWords();
const groups = WorkerGroups.open(`test-${process.pid}`);
await groups?.close();
const ways = Object.entries(ESCAPES).filter(([how]) => hasProgram(programOf(how)));

describe.skipIf(words.length === 0 && groups === undefined)("when a node is killed", () => {
  test("what its busy workers run, and what has left them by any way, ends", async () => {
    const cluster = new TestCluster();
    onTestFinished(() => cluster.close());
    const node = await cluster.start({ options: [`WORKERS=${ways.length}`, "INIT=false"] });
    const files = ways.map(([, leave], at) => {
      const folder = join(cluster.folder, `run-${at}`);
      mkdirSync(folder);
      // The shell itself stays, and has the worker wait.
      const text = `cd ${folder}\n${leave}\n${UNTIL_THERE}; echo $$ > here; sleep 300`;
      const body = JSON.stringify({ ojob: job(`sh(${JSON.stringify(text)})`) });
      void node.request("POST", "/v1/runs", body).catch(() => undefined); // It is killed.
      return [join(folder, "away"), join(folder, "here")];
    });
    const pids = (): number[] => files.flat().map(pidIn);
    await eventually(async () => (pids().every((pid) => pid > 0) ? undefined : `they have started: ${pids()}`));
    const known = pids();
    onTestFinished(() => {
      for (const pid of known) if (isAlive(pid)) process.kill(pid, "SIGKILL");
    });
    expect(known.every(isAlive)).toBe(true);
    node.signal("SIGKILL");
    await node.ended;
    await eventually(async () => {
      const left = ways.filter((_, at) => files[at]!.map(pidIn).some(isAlive)).map(([how]) => how);
      return left.length === 0 ? undefined : `left by: ${left.join(", ")}`;
    });
  });
});

function pidIn(file: string): number {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0; // not there yet
  }
}
