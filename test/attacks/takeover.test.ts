import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { isTerminal, type RunRecord } from "../../service/model/record.js";
import { nodeProcess } from "../runs/node-process.js";
import { until, workFolder } from "../runs/work-folder.js";

const RUNS = 120;
const OPTIONS = ["WORKERS=2", "FORK=false", "INIT=false", "CALLBACKHOSTS=127.0.0.1"];

/** Counts the callbacks of each run. */
async function receiver(): Promise<{ url: string; calls: Map<string, number> }> {
  const calls = new Map<string, number>();
  const server = createServer((request, response) => {
    const uuid = String(request.headers["x-rojob-uuid"]);
    calls.set(uuid, (calls.get(uuid) ?? 0) + 1);
    request.resume().on("end", () => response.writeHead(204).end());
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, calls };
}

/** Looks at the records of a work folder again and again, and notes which ends were not the last word. */
function watchEnds(work: string): { records(): RunRecord[]; changed: string[] } {
  const folder = join(work, ".rojob", "runs");
  const ends = new Map<string, string>();
  const changed: string[] = [];
  const records = (): RunRecord[] => {
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => /^[^.].*\.json$/.test(name));
    const found = names.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as RunRecord);
    for (const { uuid, state, endedAt, node, attempt } of found) {
      const before = ends.get(uuid);
      const now = JSON.stringify({ state, endedAt, node, attempt });
      if (before !== undefined && before !== now) changed.push(`${uuid}: ${before} became ${now}`);
      if (isTerminal(state)) ends.set(uuid, now);
    }
    return found;
  };
  const timer = setInterval(records, 200);
  onTestFinished(() => clearInterval(timer));
  return { records, changed };
}

it("a node that is suspended while it takes over the runs of another one does nothing to them when it goes on", {
  timeout: 600_000,
}, async () => {
  const work = workFolder();
  const [trace, go] = [join(work, "trace"), join(work, "go")];
  const callbacks = await receiver();
  const [a, b] = [await nodeProcess(work, OPTIONS), await nodeProcess(work, OPTIONS)];
  await Promise.all([a.start(), b.start()]);
  const [traceText, goText] = [JSON.stringify(trace), JSON.stringify(go)];
  const exec = `io.writeFileString(${traceText}, ROJOB.UUID + "\\n", "utf-8", true); while (!io.fileExists(${goText})) sleep(50, true)`;
  const ojob = { rojob: { retries: 9 }, jobs: [{ name: "A", exec }], todo: ["A"] };
  const uuids: string[] = [];
  for (let count = 0; count < RUNS; count++) {
    const { status, json } = await a.ask("POST", "/v1/runs", { ojob, async: true, callbackUrl: callbacks.url });
    expect(status).toBe(202);
    uuids.push(json.uuid);
  }
  const bName = new URL(b.url).port;
  const { records, changed } = watchEnds(work);
  const ofB = (): number => records().filter(({ node }) => node.endsWith(`:${bName}`)).length;
  const have = (): number => readdirSync(join(work, ".rojob")).filter((name) => name.endsWith(".rojob")).length;

  await a.kill();
  const limit = performance.now() + 120_000;
  while (ofB() === 0 && performance.now() < limit) await new Promise((resolve) => setImmediate(resolve));
  process.kill(b.pid(), "SIGSTOP");
  onTestFinished(() => void process.kill(b.pid(), "SIGCONT"));
  const taken = ofB();
  expect(taken, "runs that were taken over when it was stopped").toBeGreaterThan(0);
  expect(taken, "runs that were taken over when it was stopped").toBeLessThan(RUNS);

  writeFileSync(go, "");
  await a.start();
  await until(
    () => have() === 0,
    "the former owner to end all of them, those of the one that stands still, too",
    300_000,
  );
  const ended = new Map(records().map((record) => [record.uuid, record]));
  expect(ended.size).toBe(RUNS);

  process.kill(b.pid(), "SIGCONT");
  await until(async () => (await b.ask("GET", "/readyz")).status === 200, "the other one to be ready again", 120_000);
  // It looks for runs of dead nodes every 5 s: twice, and nothing is in its line by then.
  await new Promise((resolve) => setTimeout(resolve, 11_000));
  await until(() => callbacks.calls.size === RUNS, "all callbacks", 60_000);

  const begun = new Map<string, number>();
  for (const uuid of readFileSync(trace, "utf8").trim().split("\n")) begun.set(uuid, (begun.get(uuid) ?? 0) + 1);
  for (const uuid of uuids) {
    const { json } = await b.ask("GET", `/v1/runs/${uuid}`);
    const { state, endedAt, attempt, node } = ended.get(uuid)!;
    expect(json, uuid).toMatchObject({ state, endedAt, attempt, node });
    expect(state).toBe("done");
    expect(begun.get(uuid), `${uuid} was begun`).toBeLessThanOrEqual(attempt);
    expect(callbacks.calls.get(uuid), `callbacks of ${uuid}`).toBe(1);
  }
  records();
  expect(changed).toEqual([]);
  expect(have()).toBe(0);
  const again = [...begun.values()].filter((times) => times > 1).length;
  console.log(
    `${taken} of ${RUNS} taken over when it was stopped, ${again} begun more than once, all told by their attempt`,
  );
});
