import fs from "node:fs";
import { NO_RUN, RUN_MARK } from "./protocol.js";

/** A process of this machine as /proc describes it. */
interface Found {
  pid: number;
  name: string;
  group: number;
  session: number;
  /** Clock ticks since boot. */
  startedTicks: number;
  isZombie: boolean;
}

/** Linux counts process times in hundredths of a second whatever the kernel's own clock (USER_HZ of proc(5)). */
const TICKS_PER_SECOND = 100;

/** In the environment of a process that waits for a run. */
const WAITS = `\0${RUN_MARK}=${NO_RUN}\0`;

/** How often is looked again. */
const ROUNDS = 10;

/** Now, in the unit of a process's start time; undefined where there is no /proc. */
export function nowTicks(): number | undefined {
  const uptime = readOrEmpty("/proc/uptime");
  return uptime === "" ? undefined : Math.floor(Number.parseFloat(uptime) * TICKS_PER_SECOND);
}

/** Which processes belong to a run. */
export interface StrayQuery {
  /** Leader of the process group and session runs start their processes in; never a stray itself. */
  workerPid: number;
  /** `NAME=value` in the environment of the run's processes. */
  mark: string;
  /** Only processes started at or after this (see {@link nowTicks}). */
  sinceTicks?: number;
}

/**
 * Finds processes of a run that are still alive: of the worker's process group or session, or, where they left both
 * (setsid, double fork), by the mark in their environment. A process that also cleared its environment is not found.
 * One that is marked as waiting for a run to serve belongs to the worker.
 */
export function findStrays(query: StrayQuery): { pid: number; name: string }[] {
  const strays: { pid: number; name: string }[] = [];
  for (const pid of pids()) if (isStray(pid, query, strays)) continue;
  return strays;
}

/**
 * Kills (signal 9) what {@link findStrays} finds until nothing is found: a process may have forked while it was looked
 * for, and what it made shows up in the next round. Returns the names.
 */
export function killStraysNow(query: StrayQuery): string[] {
  const names: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const strays = findStrays(query);
    if (strays.length === 0) break;
    for (const { pid, name } of strays) if (killProcess(pid)) names.push(name);
  }
  return names;
}

/** The same in slices, so that the event loop goes on meanwhile. */
export async function findStraysInSlices(query: StrayQuery): Promise<{ pid: number; name: string }[]> {
  const strays: { pid: number; name: string }[] = [];
  let count = 0;
  for (const pid of pids()) {
    isStray(pid, query, strays);
    if (++count % 25 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return strays;
}

/** The same as {@link killStraysNow}, in slices. Returns how many there were. */
export async function killStrays(query: StrayQuery): Promise<number> {
  let killed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const strays = await findStraysInSlices(query);
    if (strays.length === 0) return killed;
    for (const { pid } of strays) if (killProcess(pid)) killed++;
  }
  return killed;
}

/** Signal 9; false when there is nobody of that id. A negative id is a process group. */
export function killProcess(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ESRCH" || code === "EPERM") return false;
    throw error;
  }
}

function isStray(pid: number, query: StrayQuery, strays: { pid: number; name: string }[]): boolean {
  if (pid === query.workerPid || pid === process.pid) return false;
  const found = describe(pid);
  if (found === undefined || found.isZombie || found.startedTicks < (query.sinceTicks ?? 0)) return false;
  const environment = `\0${readOrEmpty(`/proc/${pid}/environ`)}`;
  const isOfWorker = found.group === query.workerPid || found.session === query.workerPid;
  const isOurs = isOfWorker ? !environment.includes(WAITS) : environment.includes(`\0${query.mark}\0`);
  if (isOurs) strays.push({ pid, name: found.name });
  return isOurs;
}

function pids(): number[] {
  try {
    return fs.readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function describe(pid: number): Found | undefined {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  // The name is in parentheses and may itself hold some: the fields start after the last one.
  const end = stat.lastIndexOf(")");
  if (end === -1) return undefined;
  const fields = stat.slice(end + 2).split(" ");
  return {
    pid,
    name: stat.slice(stat.indexOf("(") + 1, end),
    isZombie: fields[0] === "Z" || fields[0] === "X",
    group: Number(fields[2]),
    session: Number(fields[3]),
    startedTicks: Number(fields[19]),
  };
}

/** A process may end, or belong to somebody else, between listing and reading. */
function readOrEmpty(file: string): string {
  try {
    return fs.readFileSync(file, "latin1");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ESRCH" || code === "EACCES" || code === "EPERM") return "";
    throw error;
  }
}
