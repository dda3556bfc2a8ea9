/**
 * Load generator, run as a process of its own: `load.ts JSON`.
 * Sends the same POST over a number of connections, one request at a time each, and prints latencies as JSON.
 */
import { Pool } from "undici";

export interface LoadPlan {
  url: string;
  path: string;
  body: string;
  headers: Record<string, string>;
  connections: number;
  /** Requests that are not counted. */
  warmUp: number;
  /** Stops after this many requests … */
  requests?: number;
  /** … or after this time, ms. */
  durationMs?: number;
  /** Pause after each reply of a connection, ms. */
  pauseMs?: number;
}

export interface LoadResult {
  requests: number;
  failures: number;
  /** First reply that was not a 200. */
  firstFailure?: string;
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

const plan = JSON.parse(process.argv[2]!) as LoadPlan;
const pool = new Pool(plan.url, { connections: plan.connections, pipelining: 1 });
const latencies: number[] = [];
let failures = 0;
let firstFailure: string | undefined;

async function send(isCounted: boolean): Promise<void> {
  const from = performance.now();
  const { statusCode, body } = await pool.request({
    path: plan.path,
    method: "POST",
    body: plan.body,
    headers: plan.headers,
  });
  const text = await body.text();
  if (!isCounted) return;
  latencies.push(performance.now() - from);
  if (statusCode === 200) return;
  failures++;
  firstFailure ??= `${statusCode} ${text.slice(0, 200)}`;
}

for (let sent = 0; sent < plan.warmUp; sent += plan.connections)
  await Promise.all(Array.from({ length: plan.connections }, () => send(false)));

const from = performance.now();
let left = plan.requests ?? Number.POSITIVE_INFINITY;
const untilMs = from + (plan.durationMs ?? Number.POSITIVE_INFINITY);
await Promise.all(
  Array.from({ length: plan.connections }, async () => {
    while (left-- > 0 && performance.now() < untilMs) {
      await send(true);
      if (plan.pauseMs) await new Promise((resume) => setTimeout(resume, plan.pauseMs));
    }
  }),
);
const seconds = (performance.now() - from) / 1000;
await pool.close();

latencies.sort((a, b) => a - b);
const at = (share: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
const result: LoadResult = {
  requests: latencies.length,
  failures,
  firstFailure,
  perSecond: latencies.length / seconds,
  p50: at(0.5),
  p95: at(0.95),
  p99: at(0.99),
  max: latencies.at(-1) ?? 0,
};
console.log(JSON.stringify(result));
