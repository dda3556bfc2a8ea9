/**
 * `tsx bench/cluster.ts`: what a cluster costs and does, with nodes on free loopback ports of this machine.
 * `--quick` shortens each step; `--simulate` only the messages of simulated clusters; `--check` only the long form of the
 * checker, 5,000 runs with faults (`--check=RUNS` as many).
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Pool } from "undici";
import { check } from "../test/cluster/checker.js";
import { Simulation } from "../test/cluster/simulation.js";
import { runLoad, type Server, startNode } from "./processes.js";

const { values } = parseArgs({
  options: { quick: { type: "boolean" }, simulate: { type: "boolean" }, check: { type: "string" } },
});
const seconds = values.quick ? 2 : 5;
const key = "bench-key-of-32-characters-12345";
const headers = { authorization: `Bearer ${key}` };
const trivialJob = "jobs: [{ name: Hello, exec: '__pm.hello = args.name' }]\ntodo: [Hello]\n";
const sleepJob = (ms: number): string => `jobs: [{ name: Sleep, exec: 'sleep(${ms}, true)' }]\ntodo: [Sleep]\n`;
const scratch = mkdtempSync(path.join(os.tmpdir(), "rojob-bench-cluster-"));
let folders = 0;

function line(label: string, text: string): void {
  console.log(`${label.padEnd(46)} ${text}`);
}

/** Nodes that know each other, one worker each. */
async function cluster(count: number, options: string[] = []): Promise<Server[]> {
  const servers: Server[] = [];
  const all = [`APIKEY=${key}`, "WORKERS=1", "FORK=false", ...options];
  for (let i = 0; i < count; i++) {
    const folder = path.join(scratch, String(++folders));
    mkdirSync(folder);
    const contact = servers[0] === undefined ? [] : [`CDISC=${new URL(servers[0].url).host}`];
    servers.push(await startNode([...all, ...contact], folder));
  }
  for (;;) {
    const answer = await fetch(`${servers[0]!.url}/v1/nodes`, { headers });
    const { nodes } = (await answer.json()) as { nodes: unknown[] };
    if (nodes.length === count) return servers;
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

const stopAll = (servers: Server[]): Promise<unknown> => Promise.all(servers.map((server) => server.stop()));

async function benchThroughput(): Promise<void> {
  console.log("\nthroughput, POST /ojob of a trivial job, all requests to one node, 16 connections");
  for (const count of [1, 3]) {
    const servers = await cluster(count, ["BACKLOG=1000"]);
    const plan = { url: servers[0]!.url, path: "/ojob?name=x", body: trivialJob, headers, warmUp: 200 };
    const { perSecond, p50, p95, failures } = await runLoad({ ...plan, connections: 16, durationMs: seconds * 1000 });
    line(
      `  ${count} node${count > 1 ? "s" : ""}`,
      `${perSecond.toFixed(0)}/s  p50 ${p50.toFixed(2)}  p95 ${p95.toFixed(2)} ms  ${failures} failures`,
    );
    await stopAll(servers);
  }
  console.log("throughput, runs that sleep 20 ms, all requests to one node, 16 connections");
  for (const count of [1, 3]) {
    const servers = await cluster(count, ["BACKLOG=1000"]);
    const plan = { url: servers[0]!.url, path: "/ojob", body: sleepJob(20), headers, warmUp: 20 };
    const { perSecond, failures } = await runLoad({ ...plan, connections: 16, durationMs: seconds * 1000 });
    line(`  ${count} node${count > 1 ? "s" : ""}`, `${perSecond.toFixed(0)}/s  ${failures} failures`);
    await stopAll(servers);
  }
}

async function benchHop(): Promise<void> {
  console.log("\nforward hop: one request after the other, the asked node busy or not");
  const servers = await cluster(2, ["BACKLOG=0"]);
  const [a, b] = servers as [Server, Server];
  const plan = { path: "/ojob?name=x", body: trivialJob, headers, warmUp: 200, connections: 1, requests: 1500 };
  const local = await runLoad({ ...plan, url: b.url });
  // The one worker of the first node is kept busy.
  const long = fetch(`${a.url}/v1/runs`, {
    method: "POST",
    headers,
    body: JSON.stringify({ ojob: sleepJob(600_000), timeoutMs: 600_000 }),
  }).catch(() => undefined);
  await new Promise((resume) => setTimeout(resume, 300));
  const forwarded = await runLoad({ ...plan, url: a.url });
  line("  local", `p50 ${local.p50.toFixed(2)}  p95 ${local.p95.toFixed(2)} ms  ${local.failures} failures`);
  line(
    "  over a peer",
    `p50 ${forwarded.p50.toFixed(2)}  p95 ${forwarded.p95.toFixed(2)} ms  ${forwarded.failures} failures`,
  );
  line("  the hop", `p50 ${(forwarded.p50 - local.p50).toFixed(2)}  p95 ${(forwarded.p95 - local.p95).toFixed(2)} ms`);
  const stopped = stopAll(servers);
  await Promise.all([long, stopped]);
}

async function benchFork(): Promise<void> {
  console.log("\nfork: a run that finds its node's only worker busy");
  const times: number[] = [];
  for (let turn = 0; turn < (values.quick ? 2 : 5); turn++) {
    const [server] = (await cluster(1, ["FORK=true", "MAXFORKS=1"])) as [Server];
    const busy = fetch(`${server.url}/ojob`, { method: "POST", headers, body: sleepJob(5000) });
    await new Promise((resume) => setTimeout(resume, 200));
    const from = performance.now();
    const answer = await fetch(`${server.url}/ojob?name=x`, { method: "POST", headers, body: trivialJob });
    await answer.text();
    times.push(performance.now() - from);
    await busy;
    await server.stop();
  }
  times.sort((x, y) => x - y);
  line(
    "  answered after",
    `min ${times[0]!.toFixed(0)}  median ${times[times.length >> 1]!.toFixed(0)} ms (50 ms of it patience)`,
  );
}

/** Sends at a steady rate, whatever comes back; gives what came back in time. */
async function offer(servers: Server[], perSecond: number): Promise<{ good: number; refused: number; other: number }> {
  const pools = servers.map(({ url }) => new Pool(url, { connections: 256 }));
  const counts = { good: 0, refused: 0, other: 0 };
  const sent: Promise<void>[] = [];
  const from = performance.now();
  for (let i = 0; performance.now() - from < seconds * 1000; i++) {
    const pool = pools[i % pools.length]!;
    const request = pool.request({ path: "/ojob", method: "POST", headers, body: sleepJob(20) }).then(
      async ({ statusCode, body }) => {
        await body.dump();
        const kind = statusCode === 200 ? "good" : statusCode === 503 ? "refused" : "other";
        if (performance.now() - from < seconds * 1000) counts[kind]++;
      },
      () => void counts.other++,
    );
    sent.push(request);
    const waitMs = (i + 1) * (1000 / perSecond) - (performance.now() - from);
    if (waitMs > 0) await new Promise((resume) => setTimeout(resume, waitMs));
  }
  await Promise.all(sent);
  await Promise.all(pools.map((pool) => pool.close()));
  return counts;
}

async function benchOverload(): Promise<void> {
  console.log("\noverload: 3 nodes, runs that sleep 20 ms, requests at a steady rate to all in turn");
  const servers = await cluster(3, ["BACKLOG=20", "BACKLOGTIMEOUT=2000"]);
  const capacity = (1000 / 21) * 3;
  for (const factor of [0.8, 1, 2, 10]) {
    const { good, refused, other } = await offer(servers, capacity * factor);
    line(
      `  ${factor} × capacity (${(capacity * factor).toFixed(0)}/s)`,
      `goodput ${(good / seconds).toFixed(0)}/s  refused ${(refused / seconds).toFixed(0)}/s  other ${other}`,
    );
  }
  await stopAll(servers);
}

function benchSimulation(): void {
  console.log("\nmembership, simulated: NODETIMEOUT 30 s, 2 ms from node to node");
  for (const count of values.quick ? [3, 10] : [3, 10, 50]) {
    const simulation = new Simulation(30_000);
    const first = simulation.start();
    for (let i = 1; i < count; i++) simulation.start([first.membership.self]);
    const togetherMs = simulation.until(() => simulation.agrees(), 30_000);
    simulation.run(5_000);
    simulation.messages = 0;
    simulation.bytes = 0;
    simulation.countBytes = true;
    simulation.run(10_000);
    simulation.countBytes = false;
    const perNode = simulation.messages / 10 / count;
    const bytes = simulation.bytes / 10 / count;
    simulation.start([simulation.nodes[1]!.membership.self]);
    const joinMs = simulation.until(() => simulation.agrees(), 30_000);
    const victim = simulation.nodes[2]!;
    victim.isDown = true;
    const suspectMs = simulation.until(
      () => simulation.nodes.every((node) => node.membership.members.get(victim.key)?.state !== "alive"),
      60_000,
    );
    const goneMs = suspectMs + simulation.until(() => simulation.agrees(), 120_000, 50);
    line(
      `  ${count} nodes`,
      `${perNode.toFixed(1)} messages/s, ${(bytes / 1024).toFixed(1)} KB/s a node; all started at once: together after ${togetherMs} ms; one more: known to all after ${joinMs} ms; one dies: suspected by all after ${suspectMs}, gone after ${goneMs} ms`,
    );
  }
}

console.log(
  `rojob cluster bench: node ${process.version}, ${os.availableParallelism()} cores, load average ${os.loadavg()[0]!.toFixed(2)}; each step ${seconds} s`,
);
try {
  if (values.check !== undefined) {
    const from = performance.now();
    const found = await check({
      runs: Number(values.check) || 5000,
      clients: 8,
      faultEveryMs: 3000,
      seed: Date.now() % 1e6,
    });
    console.log(JSON.stringify({ seconds: Math.round((performance.now() - from) / 1000), ...found }, undefined, 2));
  } else {
    benchSimulation();
    if (!values.simulate) {
      await benchThroughput();
      await benchHop();
      await benchFork();
      await benchOverload();
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
