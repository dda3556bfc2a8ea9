import { processesIn } from "./cgroups.js";
import {
  allPids,
  descendantsOf,
  describeProcess,
  environmentOf,
  type ProcessEntry,
  signalProcess,
} from "./process-table.js";
import { NO_RUN, RUN_MARK } from "./protocol.js";

/** In the environment of a process that waits for a run. */
const WAITS = `\0${RUN_MARK}=${NO_RUN}\0`;

/** How often is looked again. */
const ROUNDS = 10;

/** Which processes belong to a run. */
export interface StrayQuery {
  /** Leader of the process group and session runs start their processes in; never a stray itself. */
  workerPid: number;
  /** `NAME=value` in the environment of the run's processes. */
  mark: string;
  /** Only processes started at or after this (see `nowTicks`). */
  sinceTicks?: number;
  /** The worker adopts orphans: whatever is started by its runs is below it for as long as it lives. */
  isSubreaper?: boolean;
  /** Folder of the control group the worker is in. */
  cgroup?: string;
  /** Processes of the worker's own, which wait for the next run, as do their children that are marked so. */
  helperPids?: readonly number[];
}

/**
 * Finds processes of a run that are still alive. Nothing leaves a control group, or the tree below a worker that adopts
 * orphans, by any of setsid, double fork and an empty environment: where there is one of the two, that is where they are.
 * Elsewhere they are those of the worker's process group or session, below it, or with the mark in their environment: one
 * that left all four is not found.
 */
export function findStrays(query: StrayQuery): ProcessEntry[] {
  const isBelow = belowWorker(query);
  return candidates(query).flatMap((pid) => strayOf(pid, query, isBelow) ?? []);
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
    for (const { pid, name } of strays) if (signalProcess(pid, "SIGKILL")) names.push(name);
  }
  return names;
}

/** The same, looking in slices, so that the event loop goes on meanwhile. Returns how many there were. */
export async function killStrays(query: StrayQuery): Promise<number> {
  let killed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let found = 0;
    const isBelow = belowWorker(query);
    for (const [index, pid] of candidates(query).entries()) {
      if (strayOf(pid, query, isBelow) !== undefined) {
        found++;
        if (signalProcess(pid, "SIGKILL")) killed++;
      }
      if (index % 25 === 24) await new Promise((resolve) => setImmediate(resolve));
    }
    if (found === 0) break;
  }
  return killed;
}

/**
 * Ends a worker with its group and all below it. It is stopped first: what it adopts stays below it until nothing is
 * left, and it starts nothing more.
 */
export function killWithDescendants(workerPid: number): void {
  if (!signalProcess(workerPid, "SIGSTOP")) return;
  for (let round = 0; round < ROUNDS; round++) {
    const left = descendantsOf(workerPid).filter((pid) => describeProcess(pid)?.isZombie === false);
    if (left.length === 0) break;
    for (const pid of left) signalProcess(pid, "SIGKILL");
  }
  signalProcess(-workerPid, "SIGKILL");
}

/** How many ended processes wait below a worker for somebody to take note: orphans it adopted. */
export function countZombies(workerPid: number): number {
  return descendantsOf(workerPid).filter((pid) => describeProcess(pid)?.isZombie).length;
}

function candidates({ workerPid, isSubreaper, cgroup }: StrayQuery): number[] {
  const inGroup = cgroup === undefined ? undefined : processesIn(cgroup);
  if (isSubreaper) return [...new Set([...descendantsOf(workerPid), ...(inGroup ?? [])])];
  return inGroup ?? allPids();
}

/** Tells processes below the worker; they are looked for once. */
function belowWorker({ workerPid }: StrayQuery): (pid: number) => boolean {
  let below: Set<number> | undefined;
  return (pid) => (below ??= new Set(descendantsOf(workerPid))).has(pid);
}

function strayOf(pid: number, query: StrayQuery, isBelow: (pid: number) => boolean): ProcessEntry | undefined {
  if (pid === query.workerPid || pid === process.pid || query.helperPids?.includes(pid)) return undefined;
  const found = describeProcess(pid);
  if (found === undefined || found.isZombie || found.startedTicks < (query.sinceTicks ?? 0)) return undefined;
  if (query.helperPids?.includes(found.parent) && environmentOf(pid).includes(WAITS)) return undefined;
  if (query.isSubreaper || query.cgroup !== undefined) return found;
  const environment = environmentOf(pid);
  const isOfWorker = found.group === query.workerPid || found.session === query.workerPid || isBelow(pid);
  const isOurs = isOfWorker ? !environment.includes(WAITS) : environment.includes(`\0${query.mark}\0`);
  return isOurs ? found : undefined;
}
