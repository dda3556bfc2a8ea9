/**
 * `npm run bench`: measures all published figures of speed and memory in one run on one machine. Starts everything it
 * needs on free loopback ports in a temporary folder.
 *
 *     npm run bench -- [--quick] [--only cold,hot,store,node,async,queues,floors,doors] [--json]
 *
 * `--quick` shortens each step. Two parts only run when they are named: `hot` judges a version of Node, and fails when
 * runs cost workers; `doors` measures the cost of hostile input for others, of all inputs or those of `--inputs
 * NAME;…`.
 * `--json` prints their figures as the last line.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { benchHandOff, benchSubmits } from "./async.js";
import { benchDoors, type DoorFigures } from "./doors.js";
import { benchHot, type HotFigures } from "./hot.js";
import type { LoadResult } from "./load.js";
import { memoryOf, root, runLoad, type Server, startFloor, startNode, timeCommand } from "./processes.js";
import { benchQueues } from "./queue.js";
import { benchStore } from "./store.js";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean" },
    only: { type: "string" },
    json: { type: "boolean" },
    inputs: { type: "string" },
  },
});
const seconds = values.quick ? 1 : 5;
const sequential = values.quick ? 200 : 2000;
const key = "bench-key-of-32-characters-12345";
const headers = { authorization: `Bearer ${key}` };
const trivialJob = "jobs:\n- name: Hello\n  exec: |\n    __pm.hello = args.name\ntodo:\n- Hello\n";
const scratch = mkdtempSync(path.join(os.tmpdir(), "rojob-bench-"));
let folders = 0;

function freshFolder(): string {
  const folder = path.join(scratch, String(++folders));
  mkdirSync(folder);
  return folder;
}

function line(label: string, text: string): void {
  console.log(`${label.padEnd(46)} ${text}`);
}

function figures(result: LoadResult): string {
  const ms = (value: number): string => value.toFixed(2).padStart(7);
  const failed = result.failures > 0 ? `  ${result.failures} not 200, first: ${result.firstFailure}` : "";
  return `p50 ${ms(result.p50)}  p95 ${ms(result.p95)}  p99 ${ms(result.p99)} ms  ${result.perSecond.toFixed(0).padStart(6)}/s${failed}`;
}

/**
 * Latency one after the other and throughput with 1, 4, 32 connections; returns the throughput of the last.
 * @param share part of the usual number of sequential requests, for slow ones
 */
async function measure(server: Server, path: string, body: string, share = 1): Promise<number> {
  const plan = { url: server.url, path, body, headers, warmUp: (values.quick ? 50 : 300) * share };
  line("  sequential", figures(await runLoad({ ...plan, connections: 1, requests: sequential * share })));
  let last = 0;
  for (const connections of [1, 4, 32]) {
    const result = await runLoad({ ...plan, connections, durationMs: seconds * 1000 });
    line(`  ${connections} connection${connections > 1 ? "s" : ""}, ${seconds} s`, figures(result));
    last = result.perSecond;
  }
  return last;
}

async function benchNode(isolation: "context" | "process"): Promise<number> {
  const server = await startNode(
    [`APIKEY=${key}`, "WORKERS=2", `ISOLATION=${isolation}`, "BACKLOG=1000"],
    freshFolder(),
  );
  try {
    console.log(`\nnode, ISOLATION=${isolation}, 2 workers`);
    line("  READY after", `${server.readyMs.toFixed(0)} ms`);
    await new Promise((resume) => setTimeout(resume, 1500));
    const memory = memoryOf(server.pid);
    line(
      "  idle memory",
      `${memory.residentMb.toFixed(0)} MB resident, ${memory.proportionalMb.toFixed(0)} MB proportional (${memory.processes} processes)`,
    );
    // One process per run: each takes as long as many runs in contexts.
    const share = isolation === "process" ? 0.1 : 1;
    const spaced = { url: server.url, headers, warmUp: 50 * share, connections: 1, requests: 200 * share, pauseMs: 10 };
    line(
      "  burst: run echo, 10 ms apart",
      figures(await runLoad({ ...spaced, path: "/run?a=1", body: "rojob/echo.yaml" })),
    );
    console.log("  POST /run rojob/echo.yaml");
    const throughput = await measure(server, "/run?a=1", "rojob/echo.yaml", share);
    console.log("  POST /ojob, a trivial job");
    await measure(server, "/ojob?name=x", trivialJob, share);
    const after = memoryOf(server.pid);
    line(
      "  memory after the load",
      `${after.residentMb.toFixed(0)} MB resident, ${after.proportionalMb.toFixed(0)} MB proportional`,
    );
    return throughput;
  } finally {
    await server.stop();
  }
}

async function benchAsync(): Promise<void> {
  console.log("\nasynchronous runs, 2 workers");
  const bench = { folder: freshFolder(), runs: values.quick ? 100 : 1000, line };
  await benchHandOff(bench);
  const server = await startNode([`APIKEY=${key}`, "WORKERS=2"], freshFolder());
  try {
    await benchSubmits(server, headers, bench);
  } finally {
    await server.stop();
  }
}

async function benchFloor(label: string, file: string): Promise<number> {
  const server = await startFloor(file, freshFolder());
  try {
    console.log(`\nfloor: ${label}`);
    return await measure(server, "/run", "rojob/echo.yaml");
  } finally {
    await server.stop();
  }
}

/** @returns median of `rojob exec --local` of a trivial job, ms */
async function benchCold(): Promise<number> {
  const folder = freshFolder();
  const file = path.join(folder, "hello.yaml");
  writeFileSync(file, trivialJob);
  const command = [path.join(root, "build", "service", "cli", "main.js"), "exec", file, "--local", "name=x"];
  const times: number[] = [];
  for (let turn = 0; turn < (values.quick ? 3 : 10); turn++) times.push(await timeCommand(command, folder));
  times.sort((a, b) => a - b);
  const bare: number[] = [];
  for (let turn = 0; turn < 5; turn++) bare.push(await timeCommand(["-e", "0"], folder));
  bare.sort((a, b) => a - b);
  line(
    "cold `rojob exec --local`",
    `min ${times[0]!.toFixed(0)}  median ${times[times.length >> 1]!.toFixed(0)} ms (node -e 0: median ${bare[2]!.toFixed(0)} ms)`,
  );
  return times[times.length >> 1]!;
}

/** @returns throughput of the floors with 32 connections, runs/s */
async function benchFloors(): Promise<{ fastify: number; piscina: number }> {
  const fastify = await benchFloor("bare Fastify", "floor-fastify.ts");
  return { fastify, piscina: await benchFloor("Fastify, piscina, fresh context", "floor-piscina.ts") };
}

let doors: DoorFigures[] | undefined;

/** The parts, in their order; each is skipped when others are named. */
async function benchAll(names: readonly string[]): Promise<HotFigures | undefined> {
  const has = (name: string): boolean => names.includes(name);
  const coldMs = has("cold") || has("hot") ? await benchCold() : 0;
  const hot = has("hot")
    ? await benchHot({ folder: freshFolder, line, headers, isQuick: values.quick === true, coldMs })
    : undefined;
  if (has("store")) await benchStore(freshFolder, line, values.quick === true);
  const context = has("node") ? await benchNode("context") : 0;
  const process_ = has("node") ? await benchNode("process") : 0;
  if (has("async")) await benchAsync();
  if (has("queues")) await benchQueues({ freshFolder, runs: values.quick ? 100 : 1000, line });
  if (has("doors")) {
    const inputs = values.inputs?.split(";");
    doors = await benchDoors({ folder: freshFolder, key, isQuick: values.quick === true, inputs });
  }
  const floors = has("floors") ? await benchFloors() : undefined;
  if (context === 0 || floors === undefined) return hot;
  console.log("\nratios, 32 connections");
  line("  node (context) to bare Fastify", (context / floors.fastify).toFixed(2));
  line("  node (context) to Fastify, piscina, context", (context / floors.piscina).toFixed(2));
  line("  node (process) to node (context)", (process_ / context).toFixed(2));
  return hot;
}

const onDemand = ["hot", "doors"];
const everything = ["cold", "store", "node", "async", "queues", "floors"];
const wanted = values.only?.split(",") ?? everything;
const unknown = wanted.filter((name) => !onDemand.includes(name) && !everything.includes(name));
if (unknown.length > 0) {
  console.error(`--only: ${unknown.join(", ")} is none of ${[...onDemand, ...everything].join(", ")}`);
  process.exit(2);
}

console.log(
  `rojob bench: node ${process.version}, ${os.availableParallelism()} cores (${os.cpus()[0]?.model}), load average ${os.loadavg()[0]!.toFixed(2)}`,
);
console.log(`each throughput step ${seconds} s, sequential ${sequential} requests, client on the same machine\n`);
try {
  const hot = await benchAll(wanted);
  for (const fault of hot?.faults ?? []) console.error(`FAILED: ${fault}`);
  if (hot !== undefined && hot.faults.length > 0) process.exitCode = 1;
  if (values.json) console.log(JSON.stringify(doors === undefined ? (hot ?? {}) : { ...hot, doors }));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
