/**
 * Asynchronous runs through a shared queue: time from the call that submits a run to the moment a free worker gets it,
 * submitted runs per second, and executed runs per second by one node and by three. Beside it, on the same Redis, plain
 * BullMQ with a job that does nothing. Brokers that are not installed are skipped with a note.
 */

import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import pino from "pino";
import type { QueueType } from "../service/config/queues/index.js";
import { LocalDispatcher } from "../service/dispatch/dispatcher.js";
import { RunIds } from "../service/dispatch/run-ids.js";
import { openBroker } from "../service/queue/open-broker.js";
import { createNodeRuns } from "../service/runs/create-node-runs.js";
import type { WantedRun } from "../service/runs/index.js";
import { createStore } from "../service/store/index.js";
import { createPool } from "../service/workers/index.js";
import { startBroker } from "../test/queue/brokers.js";
import { findProgram } from "../test/services.js";
import { plainFetch } from "../tools/plain-fetch.js";
import { type Server, startNode } from "./processes.js";

export interface QueueBench {
  freshFolder(): string;
  /** Runs of each step. */
  runs: number;
  line(label: string, text: string): void;
}

const KEY = "bench-key-of-32-characters-12345";
const TRIVIAL = "jobs:\n- name: Hello\n  exec: |\n    __pm.hello = 1\ntodo:\n- Hello\n";
const programs = { redis: "redis-server", etcd3: "etcd" } as const satisfies Partial<Record<QueueType, string>>;
/** Submissions under way at a time. */
const CLIENTS = 16;
const WORKERS = 2;

/** Prints all figures. */
export async function benchQueues(bench: QueueBench): Promise<void> {
  for (const [type, program] of Object.entries(programs)) {
    const file = findProgram(program);
    if (file === undefined) {
      bench.line(`queue ${type}`, `left out: ${program} is not installed`);
      continue;
    }
    const broker = await startBroker(program, file);
    try {
      console.log(`\nqueue ${type}${type === "redis" ? ", appendfsync always" : ", one member"}`);
      await benchHandOff(`type:${type},host:127.0.0.1,port:${broker.port}`, bench);
      for (const nodes of [1, 3]) await benchThroughput(type, broker.port, nodes, bench);
      if (type === "redis") await benchBullmq(broker.port, bench);
    } finally {
      await broker.end();
    }
  }
}

async function benchHandOff(queuech: string, { freshFolder, runs: count, line }: QueueBench): Promise<void> {
  const folder = freshFolder();
  const log = pino({ level: "silent" });
  const node = (): string => "bench:1";
  const sent = new Map<string, number>();
  const handOffs: number[] = [];
  const pool = createPool({
    ...{ workers: WORKERS, spares: 4, isolation: "context", jobTimeoutMs: 0, jobMemoryMb: 512, maxResultBytes: 0 },
    ...{ cwd: folder, env: { PATH: process.env["PATH"] }, onOutput: () => undefined, log, makeRojob: () => ({}) },
  });
  const dispatcher = new LocalDispatcher(pool, { FORK: false, MAXFORKS: 0, BACKLOG: 0, BACKLOGTIMEOUT: 1 }, node);
  const store = createStore({ workFolder: folder, node, resultTtlMs: 0, logTtlMs: 0, keepRuns: 0, log });
  const broker = await openBroker(queuech, { CNAME: "bench", RESULTTTL: 60, LOGTTL: 60, KEEPRUNS: 0 }, log);
  const submit = broker.submit.bind(broker);
  const submits: number[] = [];
  broker.submit = async (run) => {
    const from = performance.now();
    sent.set(run.record.uuid, from);
    await submit(run);
    submits.push(performance.now() - from);
  };
  const runs = createNodeRuns({
    config: { WORK: folder, IDEMPOTENCYTTL: 60, CALLBACKHOSTS: undefined },
    broker,
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
            handOffs.push(performance.now() - sent.get(spec.uuid)!);
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
  const settings = { async: true, unique: false };
  const wanted: WantedRun = { file: "ojob", text: TRIVIAL, args: {}, by: "bench", settings };
  await store.start();
  await pool.start();
  await runs.start();
  try {
    for (let turn = -20; turn < count; turn++) {
      if (turn === 0) for (const list of [handOffs, submits]) list.length = 0;
      const { record } = await runs.submit(wanted);
      await runs.wait(record.uuid, 60_000);
    }
    line("  submit, until the broker has it", percentiles(submits));
    line("  hand-off: submit called to handed to a worker", percentiles(handOffs));
  } finally {
    runs.drain();
    dispatcher.drain();
    await pool.drain(0);
    await runs.close();
    await pool.close();
  }
}

async function benchThroughput(type: string, port: number, count: number, bench: QueueBench): Promise<void> {
  const nodes: Server[] = [];
  try {
    for (let one = 0; one < count; one++) {
      const queuech = `QUEUECH=type:${type},host:127.0.0.1,port:${port}`;
      const options = [`APIKEY=${KEY}`, `WORKERS=${WORKERS}`, "INIT=false", `CNAME=bench-${count}`, queuech];
      nodes.push(await startNode([...options, "LOGLEVEL=error"], bench.freshFolder()));
    }
    const ask = (path: string, body?: string) => {
      const { url } = nodes[Math.floor(Math.random() * nodes.length)]!;
      return plainFetch(url + path, {
        method: body === undefined ? "GET" : "POST",
        headers: { authorization: `Bearer ${KEY}` },
        body,
      });
    };
    const from = performance.now();
    let left = bench.runs;
    const submitting = async (): Promise<void> => {
      while (left-- > 0) {
        const answer = await ask("/ojob?__async=1", TRIVIAL);
        if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`);
        await answer.arrayBuffer();
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, submitting));
    const submittedMs = performance.now() - from;
    for (let ended = 0; ended < bench.runs; ) {
      const counts = (await (await ask("/v1/queue")).json()) as { ended: Record<string, number> };
      ended = Object.values(counts.ended).reduce((sum, number) => sum + number, 0);
      if (ended < bench.runs) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const allMs = performance.now() - from;
    const rates = `${rate(bench.runs, submittedMs)} submitted, ${rate(bench.runs, allMs)} carried out (${bench.runs})`;
    bench.line(`  ${count} node${count > 1 ? "s" : ""} of ${WORKERS} workers`, rates);
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
  }
}

async function benchBullmq(port: number, { runs: count, line }: QueueBench): Promise<void> {
  const connect = (): Redis => new Redis({ host: "127.0.0.1", port, maxRetriesPerRequest: null });
  const connections = [connect(), connect()] as const;
  const queue = new Queue("bench", { connection: connections[0] });
  const sent = new Map<string, number>();
  const handOffs: number[] = [];
  let done = 0;
  let wake = (): void => undefined;
  const worker = new Worker(
    "bench",
    async (job) => {
      handOffs.push(performance.now() - sent.get(job.data.id)!);
    },
    { connection: connections[1], concurrency: WORKERS },
  );
  worker.on("completed", () => {
    done++;
    wake();
  });
  const until = async (wanted: number): Promise<void> => {
    while (done < wanted) await new Promise<void>((resolve) => (wake = resolve));
  };
  const add = async (id: string): Promise<void> => {
    sent.set(id, performance.now());
    await queue.add("run", { id, text: TRIVIAL });
  };
  try {
    await worker.waitUntilReady();
    for (let turn = -20; turn < count; turn++) {
      if (turn === 0) handOffs.length = 0;
      await add(`one-${turn}`);
      await until(turn + 21);
    }
    line("  plain BullMQ, hand-off: add called to job begun", percentiles(handOffs));
    const from = performance.now();
    let left = count;
    const adding = async (): Promise<void> => {
      while (left-- > 0) await add(`many-${left}`);
    };
    await Promise.all(Array.from({ length: CLIENTS }, adding));
    const addedMs = performance.now() - from;
    await until(2 * count + 20);
    const rates = `${rate(count, addedMs)} added, ${rate(count, performance.now() - from)} carried out (no HTTP)`;
    line(`  plain BullMQ, jobs that do nothing, ${WORKERS} at a time`, rates);
  } finally {
    await worker.close();
    await queue.close();
    for (const connection of connections) connection.disconnect();
  }
}

function rate(count: number, ms: number): string {
  return `${((count / ms) * 1000).toFixed(0)}/s`;
}

function percentiles(times: number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(2).padStart(7);
  return `p50 ${at(0.5)}  p95 ${at(0.95)}  p99 ${at(0.99)} ms  (${sorted.length})`;
}
