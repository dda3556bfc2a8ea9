import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nodeProcess } from "./node-process.js";
import { until, workFolder } from "./work-folder.js";

const RUNS = 12;

it("what a node has accepted is brought to an end by another one on the same work folder when it is killed", async () => {
  const work = workFolder();
  const trace = join(work, "trace");
  const options = ["WORKERS=1", "FORK=false", "INIT=false"];
  const [a, b] = [await nodeProcess(work, options), await nodeProcess(work, options)];
  await Promise.all([a.start(), b.start()]);
  const exec = `sh("echo " + ROJOB.UUID + " >> ${trace}"); sleep(400, true); __pm.x = 1`;
  const ojob = { jobs: [{ name: "A", exec }], todo: ["A"] };
  const uuids: string[] = [];
  for (let count = 0; count < RUNS; count++) {
    uuids.push((await a.ask("POST", "/v1/runs", { ojob, async: true })).json.uuid);
  }
  // All of them may have been accepted before the first has begun.
  await until(() => existsSync(trace) && readFileSync(trace, "utf8").includes("\n"), "the first run");
  await a.kill();

  const states: string[] = [];
  for (const uuid of uuids) {
    let record: any;
    await until(async () => {
      record = (await b.ask("GET", `/v1/runs/${uuid}?wait=5`)).json;
      return record.endedAt !== undefined;
    }, `the end of ${uuid}`);
    states.push(record.state);
    if (record.state === "done") expect((await b.ask("GET", `/v1/runs/${uuid}/result`)).json).toMatchObject({ x: 1 });
  }
  expect(new Set(states).has("done")).toBe(true);
  expect(states.filter((state) => state !== "done" && state !== "interrupted")).toEqual([]);
  const traced = readFileSync(trace, "utf8").trim().split("\n");
  expect(new Set(traced).size).toBe(traced.length);
  const count = (state: string): number => states.filter((one) => one === state).length;
  console.log(`${count("done")} done, ${count("interrupted")} interrupted`);
});
