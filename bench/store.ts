/** The store alone: time until an accepted run is on the disk, a page of many runs, the start with them. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pino } from "pino";
import type { QueuedRun, RunRecord } from "../service/model/record.js";
import { createStore, type RunStore } from "../service/store/index.js";

const STORED = 20_000;
const begin = 1_700_000_000_000;

function makeStore(workFolder: string): RunStore {
  const log = pino({ level: "warn" });
  return createStore({
    workFolder,
    node: () => "127.0.0.1:8787",
    resultTtlMs: 0,
    logTtlMs: 0,
    keepRuns: STORED,
    log,
  });
}

function makeRecord(number: number): RunRecord {
  return {
    uuid: `127.0.0.1-8787-${begin + number}000000`,
    state: "done",
    file: "rojob/echo.yaml",
    sourceHash: "0".repeat(64),
    args: { a: "1", b: "some text", c: [1, 2, 3] },
    by: "127.0.0.1",
    isAsync: true,
    node: "127.0.0.1:8787",
    route: "127.0.0.1:8787>worker",
    priority: 0,
    retries: 0,
    attempt: 1,
    acceptedAt: begin + number,
    startedAt: begin + number + 2,
    endedAt: begin + number + 5,
    errors: [],
    resultBytes: 9,
  };
}

function makeRun(number: number): QueuedRun {
  return { record: { ...makeRecord(number), state: "accepted" }, text: "x".repeat(1000), args: { a: "1" } };
}

/** Runs it `count` times, `lanes` at once; durations in ms, shortest first. */
async function times(count: number, lanes: number, work: (number: number) => unknown): Promise<number[]> {
  const taken: number[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const number = next++;
      const start = performance.now();
      await work(number);
      taken.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return taken.sort((a, b) => a - b);
}

function percentiles(sorted: number[]): string {
  const at = (part: number): string => sorted[Math.floor((sorted.length - 1) * part)]!.toFixed(2).padStart(7);
  return `p50 ${at(0.5)}  p95 ${at(0.95)}  p99 ${at(0.99)} ms`;
}

/**
 * @param freshFolder makes an empty folder
 * @param print prints a line: a title, and the figures
 */
export async function benchStore(
  freshFolder: () => string,
  print: (label: string, figures: string) => void,
  isQuick: boolean,
): Promise<void> {
  console.log("\nstore");
  let number = 0;
  const store = makeStore(freshFolder());
  await store.start();
  const accept = (): Promise<void> => store.accept(makeRun(number++));
  const counts = isQuick ? [50, 500] : [500, 5000];
  print("  accept, one after the other", percentiles(await times(counts[0]!, 1, accept)));
  const start = performance.now();
  const parallel = await times(counts[1]!, 32, accept);
  const perSecond = counts[1]! / ((performance.now() - start) / 1000);
  print("  accept, 32 at once", `${percentiles(parallel)}  ${perSecond.toFixed(0)}/s`);
  let ended = 0;
  const end = (): Promise<boolean> => store.end(makeRecord(ended++), '{"a":"1"}', 0);
  print("  end, one after the other", percentiles(await times(counts[0]!, 1, end)));
  const notes = 20_000;
  let calls = 0;
  const cpu = process.cpuUsage();
  for (let turn = 0; turn < notes; turn += 10) {
    const records = Array.from({ length: 10 }, (_, n) => makeRecord(1e6 + turn + n));
    const noting = performance.now();
    for (const record of records) store.note(record, '{"a":"1"}');
    calls += performance.now() - noting;
    await new Promise((resume) => setTimeout(resume, 1));
  }
  await store.close();
  const { user, system } = process.cpuUsage(cpu);
  const perNote = (microseconds: number): string => (microseconds / notes).toFixed(1);
  print("  note", `${perNote(calls * 1000)} µs each, with its writing ${perNote(user + system)} µs of CPU time`);
  await benchStored(freshFolder(), print);
}

async function benchStored(folder: string, print: (label: string, figures: string) => void): Promise<void> {
  const root = path.join(folder, ".rojob");
  mkdirSync(path.join(root, "runs"), { recursive: true });
  for (let n = 0; n < STORED; n++) {
    const record = makeRecord(n);
    writeFileSync(path.join(root, "runs", `${record.uuid}.json`), JSON.stringify(record));
    writeFileSync(path.join(root, `${record.uuid}.result`), '{"a":"1"}');
  }
  global.gc?.();
  const before = process.memoryUsage().heapUsed;
  const store = makeStore(folder);
  const start = performance.now();
  await store.start();
  await store.unfinished();
  print(`  start with ${STORED} runs`, `${(performance.now() - start).toFixed(0)} ms until it serves`);
  const { runs } = await store.list({ limit: 50 });
  print("  first list", `${(performance.now() - start).toFixed(0)} ms after the start, ${runs.length} runs`);
  global.gc?.();
  const heap = (process.memoryUsage().heapUsed - before) / 1024 / 1024;
  if (global.gc !== undefined) print("  memory of its index", `${heap.toFixed(0)} MB`);
  const pause = (): Promise<void> => new Promise((resume) => setTimeout(resume, 5));
  const page = async (limit: number, cursor?: string): Promise<void> => {
    await store.list({ limit, cursor });
  };
  print("  page of 50", percentiles(await times(200, 1, () => page(50))));
  print("  page of 500", percentiles(await times(50, 1, () => page(500))));
  const filtered = (): Promise<unknown> => store.list({ limit: 50, name: "nobody", state: ["failed"] });
  print("  page that nothing matches", percentiles(await times(200, 1, filtered)));
  let number = STORED;
  const busy = await times(50, 1, async () => {
    await store.accept(makeRun(number++));
    await pause();
    await page(50);
  });
  print("  accept, pause of 5 ms, page of 50", percentiles(busy));
  await store.close();
}
