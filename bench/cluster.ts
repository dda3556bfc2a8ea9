/**
 * `tsx bench/cluster.ts`: costs and throughput of a cluster, with nodes on free loopback ports of this machine.
 * `--quick` shortens each step; `--only=NAME` does one of simulation, throughput, hop, fork, overload.
 */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Pool } from "undici";
import { Simulation } from "../test/cluster/simulation.js";
import { plainFetch } from "../tools/plain-fetch.js";
import { runLoad, type Server, startNode } from "./processes.js";

const { values } = parseArgs({
  options: { quick: { type: "boolean" }, only: { type: "string" } },
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

/** Nodes of one cluster, each with the workers of the options. */
async function cluster(count: number, options: string[] = []): Promise<Server[]> {
  const servers: Server[] = [];
  const all = [`APIKEY=${key}`, "FORK=false", ...options];
  for (let i = 0; i < count; i++) {
    const folder = path.join(scratch, String(++folders));
    mkdirSync(folder);
    const contact = servers[0] === undefined ? [] : [`CDISC=${new URL(servers[0].url).host}`];
    servers.push(await startNode([...all, ...contact], folder));
  }
  for (;;) {
    const answer = await plainFetch(`${servers[0]!.url}/v1/nodes`, { headers });
    const { nodes } = (await answer.json()) as { nodes: unknown[] };
    if (nodes.length === count) return servers;
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

const stopAll = (servers: Server[]): Promise<unknown> => Promise.all(servers.map((server) => server.stop()));

async function benchThroughput(): Promise<void> {
  console.log("\nthroughput, POST /ojob of a trivial job, all requests to one node, 16 connections");
  for (const count of [1, 3]) {
    const servers = await cluster(count, ["WORKERS=1", "BACKLOG=1000"]);
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
    const servers = await cluster(count, ["WORKERS=1", "BACKLOG=1000"]);
    const plan = { url: servers[0]!.url, path: "/ojob", body: sleepJob(20), headers, warmUp: 20 };
    const { perSecond, failures } = await runLoad({ ...plan, connections: 16, durationMs: seconds * 1000 });
    line(`  ${count} node${count > 1 ? "s" : ""}`, `${perSecond.toFixed(0)}/s  ${failures} failures`);
    await stopAll(servers);
  }
}

/** One request to each in turn, so that both meet the same load of the machine. */
async function benchHop(): Promise<void> {
  console.log(
    "\nforward hop: requests one after the other, in turn to a free node and to one whose only worker is busy",
  );
  const servers = await cluster(2, ["BACKLOG=0", "WORKERS=2"]);
  const [a, b] = servers as [Server, Server];
  const body = JSON.stringify({ ojob: sleepJob(600_000) });
  // Both stay at the node they were sent to: the other node is asked only when no worker is free.
  const long = Promise.allSettled([1, 2].map(() => plainFetch(`${a.url}/v1/runs`, { method: "POST", headers, body })));
  await new Promise((resume) => setTimeout(resume, 500));
  const pools = [new Pool(b.url, { connections: 1 }), new Pool(a.url, { connections: 1 })];
  const times: [number[], number[]] = [[], []];
  let failures = 0;
  for (let i = 0; i < (values.quick ? 1000 : 4000); i++) {
    const from = performance.now();
    const request = { path: "/ojob?name=x", method: "POST", headers, body: trivialJob } as const;
    const { statusCode, body } = await pools[i % 2]!.request(request);
    await body.dump();
    if (statusCode !== 200) failures++;
    else if (i > 200) times[i % 2]!.push(performance.now() - from);
  }
  const at = (list: number[], share: number): number => list[Math.floor(list.length * share)]!;
  for (const list of times) list.sort((x, y) => x - y);
  const shares = [0.1, 0.5, 0.95];
  const show = (of: (share: number) => number): string =>
    shares.map((share) => `p${share * 100} ${of(share).toFixed(2)}`).join("  ");
  line("  local", `${show((share) => at(times[0], share))} ms`);
  line("  over a peer", `${show((share) => at(times[1], share))} ms`);
  line("  the hop", `${show((share) => at(times[1], share) - at(times[0], share))} ms  ${failures} failures`);
  await Promise.all(pools.map((pool) => pool.close()));
  await Promise.all([long, stopAll(servers)]);
}

async function benchFork(): Promise<void> {
  console.log("\nfork: a run that finds its node's only worker busy");
  const times: number[] = [];
  for (let turn = 0; turn < (values.quick ? 2 : 5); turn++) {
    const [server] = (await cluster(1, ["WORKERS=1", "FORK=true", "MAXFORKS=1"])) as [Server];
    const busy = plainFetch(`${server.url}/ojob`, { method: "POST", headers, body: sleepJob(5000) });
    await new Promise((resume) => setTimeout(resume, 200));
    const from = performance.now();
    const answer = await plainFetch(`${server.url}/ojob?name=x`, { method: "POST", headers, body: trivialJob });
    await answer.text();
    times.push(performance.now() - from);
    await busy;
    await server.stop();
  }
  times.sort((x, y) => x - y);
  line(
    "  answered after",
    `min ${times[0]!.toFixed(0)}  median ${times[times.length >> 1]!.toFixed(0)} ms (50 ms of it before the fork starts)`,
  );
}

/** Sends at a steady rate, whatever the replies; returns the replies in time. */
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
  const servers = await cluster(3, ["WORKERS=1", "BACKLOG=20", "BACKLOGTIMEOUT=2000"]);
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
  const steps = {
    simulation: benchSimulation,
    throughput: benchThroughput,
    hop: benchHop,
    fork: benchFork,
    overload: benchOverload,
  };
  for (const [name, step] of Object.entries(steps)) if ((values.only ?? name) === name) await step();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
