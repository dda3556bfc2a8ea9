/**
 * Asynchronous runs: time from acceptance to start, and accepted runs per second.
 *
 * The hand-off is measured inside the node, where both ends of it can be seen: from the moment the run is recorded on
 * the disk (for which the 202 waits) to the moment a free worker gets it. The disk itself is measured beside it.
 */
import { mkdirSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import pino from "pino";
import { LocalDispatcher } from "../service/dispatch/dispatcher.js";
import { RunIds } from "../service/dispatch/run-ids.js";
import { createNodeRuns } from "../service/runs/create-node-runs.js";
import type { WantedRun } from "../service/runs/index.js";
import { createStore } from "../service/store/index.js";
import { createPool } from "../service/workers/index.js";
import { runLoad, type Server } from "./processes.js";

const TRIVIAL = "jobs:\n- name: Hello\n  exec: |\n    __pm.hello = 1\ntodo:\n- Hello\n";

export interface AsyncBench {
  folder: string;
  runs: number;
  line(label: string, text: string): void;
}

/** Prints the hand-off of runs that find a free worker, and the times of its parts. */
export async function benchHandOff({ folder, runs: count, line }: AsyncBench): Promise<void> {
  const log = pino({ level: "silent" });
  const node = (): string => "bench:1";
  const accepted = new Map<string, number>();
  const handOffs: number[] = [];
  const submits: number[] = [];
  mkdirSync(folder, { recursive: true });
  const pool = createPool({
    workers: 2,
    spares: 4,
    isolation: "context",
    jobTimeoutMs: 0,
    jobMemoryMb: 512,
    maxResultBytes: 0,
    cwd: folder,
    env: { PATH: process.env["PATH"] },
    onOutput: () => undefined,
    log,
    makeRojob: () => ({}),
  });
  const dispatcher = new LocalDispatcher(pool, { FORK: false, MAXFORKS: 0, BACKLOG: 0, BACKLOGTIMEOUT: 1 }, node);
  const store = createStore({ workFolder: folder, node, resultTtlMs: 0, logTtlMs: 0, keepRuns: 0, log });
  const accept = store.accept.bind(store);
  store.accept = async (run) => {
    await accept(run);
    accepted.set(run.record.uuid, performance.now());
  };
  const runs = createNodeRuns({
    config: { WORK: folder, IDEMPOTENCYTTL: 60, CALLBACKHOSTS: undefined },
    apiKey: undefined,
    node,
    ids: new RunIds("bench", () => 1),
    dispatcher: {
      dispatch: (spec) => dispatcher.dispatch(spec),
      async slot(options) {
        const slot = await dispatcher.slot(options);
        if (slot === undefined) return undefined;
        return {
          run(spec) {
            handOffs.push(performance.now() - accepted.get(spec.uuid)!);
            return slot.run(spec);
          },
          release: () => slot.release(),
          kill: () => slot.kill(),
        };
      },
    },
    kill: (uuid) => pool.kill(uuid),
    store,
    log,
  });
  const wanted: WantedRun = {
    file: "ojob",
    text: TRIVIAL,
    args: {},
    by: "bench",
    settings: { async: true, unique: false },
  };
  await store.start();
  await pool.start();
  await runs.start();
  try {
    for (let turn = -20; turn < count; turn++) {
      if (turn === 0) for (const list of [handOffs, submits]) list.length = 0;
      const from = performance.now();
      const { record } = await runs.submit(wanted);
      submits.push(performance.now() - from);
      await runs.wait(record.uuid, 60_000);
    }
    line("  record a run on the disk (before the 202)", percentiles(submits));
    line("  hand-off: recorded to handed to a worker", percentiles(handOffs));
    line("  the disk: write and fsync of 4 KB", percentiles(await syncTimes(folder, Math.min(count, 200))));
  } finally {
    runs.drain();
    dispatcher.drain();
    await pool.drain(0);
    await runs.close();
    await pool.close();
  }
}

/** Prints the number of runs per second that a node accepts over HTTP. */
export async function benchSubmits(server: Server, headers: Record<string, string>, bench: AsyncBench): Promise<void> {
  const plan = { url: server.url, path: "/ojob?__async=1", body: TRIVIAL, headers, warmUp: 20, requests: bench.runs };
  for (const connections of [1, 8, 32]) {
    const { p50, p95, p99, perSecond } = await runLoad({ ...plan, connections });
    const text = `p50 ${ms(p50)}  p95 ${ms(p95)}  p99 ${ms(p99)} ms  ${perSecond.toFixed(0).padStart(6)}/s`;
    bench.line(`  submit, ${connections} connection${connections > 1 ? "s" : ""}`, text);
  }
}

async function syncTimes(folder: string, count: number): Promise<number[]> {
  const times: number[] = [];
  const block = Buffer.alloc(4096, 1);
  const file = await open(path.join(folder, "sync-test"), "w");
  for (let turn = 0; turn < count; turn++) {
    const from = performance.now();
    await file.write(block);
    await file.sync();
    times.push(performance.now() - from);
  }
  await file.close();
  return times;
}

function percentiles(times: number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string => ms(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!);
  return `p50 ${at(0.5)}  p95 ${at(0.95)}  p99 ${at(0.99)} ms  (${sorted.length})`;
}

function ms(time: number): string {
  return time.toFixed(2).padStart(7);
}
