import { passInterrupt } from "../../base/scheduler.js";
import { isArray, isFunction, isNumber, isString, isUnDef } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { machine, VERSION } from "../../lib/system/system.js";
import { logErr } from "../../lib/terminal/log.js";
import { Threads } from "../../lib/threads/group.js";
import { registry as channels } from "../channels/registry.js";

/** Metrics by name, each a function that gives a map. */
export const metrics: Record<string, () => any> = {
  mem() {
    const { heapMax, heapTotal, heapUsed } = machine();
    return { max: heapMax, total: heapTotal, free: heapTotal - heapUsed, used: heapUsed };
  },
  cpu() {
    const { cores, arch } = machine();
    const load = Number(world.host.files.readText("/proc/loadavg").split(" ")[0]);
    return { load1: load, load2: load, cores, _cores: cores, arch };
  },
  oaf: () => ({ version: VERSION, now: world.host.clock.nowMs() }),
  fns: () => calls,
};

export interface Calls {
  start: number;
  err: number;
  end: number;
  sum: number;
}

const calls: Record<string, Calls> = {};
const PERIOD_MS = 1_000;
let collector: Threads | undefined;
let targets: string[] = [];

/** Adds a metric; one that is there stays. */
export function add(name: string, read: () => any): void {
  metrics[name] ??= read;
}

export const exists = (name: string): boolean => isFunction(metrics[name]);

/** The values of some metrics; one that fails has the value `"error"`. */
export function getSome(names: unknown = []): Record<string, any> {
  if (!isArray(names)) throw "aArray is not an array";
  const values: Record<string, any> = {};
  for (const name of names) {
    try {
      values[name] = metrics[name]!();
    } catch (error) {
      passInterrupt(error);
      values[name] = "error";
      logErr(`Metrics | ${error}`);
    }
  }
  return values;
}

export const getAll = (): Record<string, any> => getSome(Object.keys(metrics));

/** Keeps the metrics of every `ms` in a channel, by time. */
export function startCollecting(
  name: unknown = "__metrics",
  ms: unknown = PERIOD_MS,
  some?: unknown,
  noDate = false,
): void {
  if (!isString(name)) throw "aChName is not a string";
  if (!isNumber(ms)) throw "aPeriod is not a number";
  channels.create(name);
  targets.push(name);
  if (collector !== undefined) return;
  collector = new Threads();
  collector.addScheduleThreadWithFixedDelay(() => {
    const t = world.host.clock.nowMs();
    const key = noDate ? { t } : { t, d: new Date(t) };
    const value = { ...key, ...(isArray(some) ? getSome(some) : getAll()) };
    for (const target of targets) channels.set(target, key, value);
  }, Number(ms));
}

/** @throws text when nothing is collected into `name` */
export function stopCollecting(name?: string): void {
  if (!isUnDef(name) && !targets.includes(name)) throw `Not collecting into ${name}`;
  targets = isUnDef(name) ? [] : targets.filter((target) => target !== name);
  if (targets.length > 0) return;
  collector?.stop(true);
  collector = undefined;
}

/** Calls `work` and counts its calls, failures and time (ms) under `name`. */
export function collectMetrics<T>(name: unknown, work: () => T): T {
  if (!isString(name)) throw isUnDef(name) ? "name not defined or assigned" : "name is not a string";
  if (!isFunction(work)) throw isUnDef(work) ? "Value not defined or assigned" : "Value is not a function";
  const call = (calls[name] ??= { start: 0, err: 0, end: 0, sum: 0 });
  const sinceMs = world.host.clock.nowMs();
  call.start++;
  try {
    const value = work();
    call.end++;
    call.sum += world.host.clock.nowMs() - sinceMs;
    return value;
  } catch (error) {
    call.err++;
    throw error;
  }
}

export { calls };
