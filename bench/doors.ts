/**
 * Cost of hostile and large input for other clients: the latency of `/healthz` while 32 clients send the worst inputs,
 * one kind after the other and all at once, with the key and without, to a new node each time. Node, clients and health
 * probe are processes of their own.
 */
import os from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { DoorPlan, DoorReplies } from "./door-clients.js";
import { doorInputs } from "./door-inputs.js";
import type { ProbePlan } from "./door-probe.js";
import { Helper, type Server, startWatchedNode } from "./processes.js";

const CLIENTS = 32;
const PAUSE_MS = 5;
const WARM_UP_MS = 1000;
/** Limit on a quiet machine, and multiple of its idle value on any machine. */
const GOAL_MS = 50;
const GOAL_RATIO = 10;

export interface Latency {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Of one kind of input. All times in ms. */
export interface DoorFigures {
  input: string;
  /** The key, a made-up signature of version 1, or nothing. */
  credentials: "key" | "v1" | "none";
  idle: Latency;
  loaded: Latency;
  /** p99 to that of the idle node. */
  ratio: number;
  /** Longest processor time of the event loop between two of its turns, and number of turns above some limits. */
  loop: LoopFigures;
  replies: DoorReplies;
  loadAverage: number;
}

export interface LoopFigures {
  longestMs: number;
  over: Record<string, number>;
}

export interface DoorBench {
  folder(): string;
  key: string;
  isQuick: boolean;
  /** Names of inputs; undefined: all. */
  inputs?: readonly string[];
}

/** Prints a line for each kind of input and returns the figures. */
export async function benchDoors({ folder, key, isQuick, inputs }: DoorBench): Promise<DoorFigures[]> {
  const durationMs = isQuick ? 2000 : 10_000;
  console.log(`\ndoors: /healthz while ${CLIENTS} clients send the worst, ${durationMs / 1000} s each; ms`);
  console.log(heading());
  const all: DoorFigures[] = [];
  const helpers = { probe: new Helper("door-probe.ts"), clients: new Helper("door-clients.ts") };
  try {
    for (const plan of plans(key, inputs)) {
      const node = await startWatchedNode([`APIKEY=${key}`, "WORKERS=2", "KEEPRUNS=50", "LOGLEVEL=error"], folder());
      try {
        const figures = await measure(node, { ...plan, url: node.url }, durationMs, helpers);
        all.push(figures);
        console.log(row(figures));
      } finally {
        await node.stop();
      }
    }
  } finally {
    for (const helper of Object.values(helpers)) helper.close();
  }
  const worst = all.reduce((most, each) => (each.ratio > most.ratio ? each : most));
  const slowest = all.reduce((most, each) => (each.loop.longestMs > most.loop.longestMs ? each : most));
  console.log(
    `worst ratio ${worst.ratio.toFixed(1)} (${worst.input}); goal: below ${GOAL_RATIO}, and p99 below ${GOAL_MS} ms on a quiet machine`,
  );
  console.log(`longest hold of the loop ${slowest.loop.longestMs.toFixed(0)} ms of processor time (${slowest.input})`);
  return all;
}

/** Each kind of input, and all of them mixed: with a made-up signature, without credentials, with the key. */
function plans(key: string, wanted: readonly string[] | undefined): Omit<DoorPlan, "url">[] {
  const all = doorInputs.map(({ name }) => name);
  const unknown = wanted?.filter((name) => !all.includes(name)) ?? [];
  if (unknown.length > 0) throw new Error(`--inputs: ${unknown.join(", ")} is none of: ${all.join("; ")}`);
  const known = doorInputs.filter(({ name }) => wanted?.includes(name) ?? true);
  const names = known.map(({ name }) => name);
  const unkeyed = known.filter(({ isRun }) => !isRun).map(({ name }) => name);
  const mixed = (all: string[]): string[][] => (all.length > 1 ? [all] : []);
  return [
    ...[...unkeyed.map((name) => [name]), ...mixed(unkeyed)].map((inputs) => ({ clients: CLIENTS, inputs })),
    ...mixed(unkeyed).map((inputs) => ({ clients: CLIENTS, inputs, credentials: "none" as const })),
    ...[...names.map((name) => [name]), ...mixed(names)].map((inputs) => ({ clients: CLIENTS, inputs, key })),
  ];
}

async function measure(
  node: WatchedNode,
  plan: DoorPlan,
  durationMs: number,
  { probe, clients }: { probe: Helper; clients: Helper },
): Promise<DoorFigures> {
  const ask: ProbePlan = { url: node.url, durationMs, pauseMs: PAUSE_MS };
  const idle = latencyOf(await probe.ask(ask));
  await clients.ask(plan);
  // The first requests find cold code.
  await delay(WARM_UP_MS);
  await node.loop();
  const loaded = latencyOf(await probe.ask(ask));
  const loop = await node.loop();
  const replies = await clients.ask<DoorReplies>({ stop: true });
  const input = plan.inputs.length === 1 ? plan.inputs[0]! : "all mixed";
  const who = plan.key !== undefined ? "key" : plan.credentials === "none" ? "none" : "v1";
  const loadAverage = os.loadavg()[0]!;
  return { input, credentials: who, idle, loaded, ratio: loaded.p99 / idle.p99, loop, replies, loadAverage };
}

type WatchedNode = Server & { loop(): Promise<LoopFigures> };

function latencyOf(latencies: number[]): Latency {
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}

function heading(): string {
  const columns = ["idle p50", "p95", "p99", "p50", "p95", "p99", "max", "ratio", "held", ">20", ">50", ">100", "load"];
  return `${"input".padEnd(34)} who  ${columns.map((name) => name.padStart(8)).join(" ")}  replies`;
}

function row({ input, credentials, idle, loaded, ratio, loop, replies, loadAverage }: DoorFigures): string {
  const times = [idle.p50, idle.p95, idle.p99, loaded.p50, loaded.p95, loaded.p99, loaded.max, ratio, loop.longestMs];
  const counts = [loop.over[20], loop.over[50], loop.over[100]].map((count) => String(count).padStart(8));
  const columns = [...times.map((time) => time.toFixed(1).padStart(8)), ...counts, loadAverage.toFixed(1).padStart(8)];
  const statuses = Object.entries(replies).map(([status, count]) => `${count}× ${status}`);
  return `${input.padEnd(34)} ${credentials.padEnd(4)} ${columns.join(" ")}  ${statuses.join(", ")}`;
}
