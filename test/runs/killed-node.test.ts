import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isTerminal, type RunRecord } from "../../service/model/record.js";
import { type NodeProcess, nodeProcess } from "./node-process.js";
import { workFolder } from "./work-folder.js";

const RUNS = 200;
/** Of every four runs one may be run again; more kills by hand: KILLS=50. */
const RETRIED = 4;
const KILLS = Number(process.env["KILLS"] ?? 3);
const CLIENTS = 4;

/** Each run leaves its uuid in a file, and ends a little later. */
function tracingJob(file: string, index: number): object {
  const retries = index % RETRIED === 0 ? 100 : 0;
  const exec = [
    `sh("echo " + ROJOB.UUID + " >> ${file}")`,
    `sleep(${(index * 7) % 40}, true)`,
    `__pm.index = ${index}`,
    `__pm.padding = "x".repeat(${(index * 997) % 5000})`,
    `print("run ${index} is over")`,
  ].join("\n");
  return { ojob: { rojob: { retries }, jobs: [{ name: "A", exec }], todo: ["A"] }, async: true };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks as long as it takes: the node may be dead just now. */
async function askUntilAnswered(node: NodeProcess, method: string, path: string, body?: object) {
  for (;;) {
    const answer = await node.ask(method, path, body).catch(() => undefined);
    if (answer !== undefined && answer.status !== 503) return answer;
    await pause(50);
  }
}

describe("a node that is killed again and again", () => {
  it("brings every run it has accepted to one end, runs none twice that is done, and shows nothing torn", {
    timeout: 60_000 + KILLS * 40_000,
  }, async () => {
    const work = workFolder();
    const trace = join(work, "trace");
    const node = await nodeProcess(work, ["WORKERS=2", "INIT=false"]);
    await node.start();

    const accepted: { uuid: string; index: number }[] = [];
    let next = 0;
    let isKilling = true;
    const submitting = async (): Promise<void> => {
      while (next < RUNS) {
        const index = next++;
        const { status, json } = await askUntilAnswered(node, "POST", "/v1/runs", tracingJob(trace, index));
        expect(status).toBe(202);
        accepted.push({ uuid: json.uuid, index });
        // Spread over the lives of the node.
        await pause((KILLS * 1000 * CLIENTS) / RUNS);
      }
    };
    /** Whatever is served has to be whole at any time. */
    const reading = async (): Promise<void> => {
      while (isKilling) {
        const { uuid } = accepted[Math.floor(Math.random() * accepted.length)] ?? {};
        if (uuid !== undefined) {
          const record = await askUntilAnswered(node, "GET", `/v1/runs/${uuid}`);
          expect(record).toMatchObject({ status: 200, json: { uuid } });
          const result = await askUntilAnswered(node, "GET", `/v1/runs/${uuid}/result`);
          if (result.status === 200) expect(result.json.index).toBeTypeOf("number");
        }
        await pause(20);
      }
    };
    const killing = async (): Promise<void> => {
      for (let count = 0; count < KILLS; count++) {
        await pause(200 + Math.random() * 800);
        await node.kill();
        await node.start();
      }
      isKilling = false;
    };
    await Promise.all([...Array.from({ length: CLIENTS }, submitting), reading(), killing()]);

    const traced = new Map<string, number>();
    const records: RunRecord[] = [];
    for (const { uuid, index } of accepted) {
      const { json } = await node.ask("GET", `/v1/runs/${uuid}?wait=60`);
      expect(isTerminal(json.state), `${uuid} is ${json.state}`).toBe(true);
      records.push(json);
      if (json.state !== "done") continue;
      const { json: result } = await node.ask("GET", `/v1/runs/${uuid}/result`);
      expect([result.index, result.padding.length]).toEqual([index, (index * 997) % 5000]);
    }
    for (const uuid of readFileSync(trace, "utf8").trim().split("\n")) traced.set(uuid, (traced.get(uuid) ?? 0) + 1);
    for (const { uuid, state, retries, attempt } of records) {
      const times = traced.get(uuid) ?? 0;
      expect(["done", "interrupted"], uuid).toContain(state);
      if (state === "done") expect(times, `${uuid} is done`).toBeGreaterThanOrEqual(1);
      expect(times, `${uuid} is ${state}`).toBeLessThanOrEqual(attempt);
      if (retries === 0) expect(attempt, `${uuid} was started`).toBe(1);
      else expect(state, `${uuid} may be run again`).toBe("done");
    }
    expect(records).toHaveLength(RUNS);
    expect(existsSync(join(work, ".rojob", "aside")) ? readdirSync(join(work, ".rojob", "aside")) : []).toEqual([]);
    expect(readdirSync(join(work, ".rojob")).filter((name) => name.endsWith(".rojob"))).toEqual([]);

    const count = (wanted: (record: RunRecord) => boolean): number => records.filter(wanted).length;
    console.log(
      `${KILLS} kills: ${count(({ state }) => state === "done")} done, ${count(({ attempt }) => attempt > 1)} of them ` +
        `run again, ${count(({ state }) => state === "interrupted")} interrupted`,
    );
  });
});
