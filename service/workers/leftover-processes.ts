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

/** Most rounds of a search. */
const ROUNDS = 10;

/** Criteria for the processes of a run. */
export interface LeftoverQuery {
  /** Leader of the process group and session in which runs start their processes; never a leftover itself. */
  workerPid: number;
  /** `NAME=value` in the environment of the run's processes. */
  mark: string;
  /** Only processes started at or after this (see `nowTicks`). */
  sinceTicks?: number;
  /** The worker adopts orphans: all processes of its runs are below it while it lives. */
  isSubreaper?: boolean;
  /** Folder of the control group the worker is in. */
  cgroup?: string;
  /** The worker's own processes that wait for the next run; so do their children with that mark. */
  helperPids?: readonly number[];
}

/**
 * Finds processes of a run that are still alive. No process leaves a control group, or the tree below a worker that
 * adopts orphans, by setsid, double fork or an empty environment: with one of the two, all processes are there.
 * Otherwise they are in the worker's process group or session, below it, or have the mark in their environment: a
 * process that left all four is not found.
 */
export function findLeftovers(query: LeftoverQuery): ProcessEntry[] {
  const isBelow = belowWorker(query);
  return candidates(query).flatMap((pid) => leftoverOf(pid, query, isBelow) ?? []);
}

/**
 * Kills (signal 9) all processes of {@link findLeftovers}, in rounds until none is found: a process may fork during the
 * search, and the next round finds its child. Returns the names.
 */
export function killLeftoversNow(query: LeftoverQuery): string[] {
  const names: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const leftovers = findLeftovers(query);
    if (leftovers.length === 0) break;
    for (const { pid, name } of leftovers) if (signalProcess(pid, "SIGKILL")) names.push(name);
  }
  return names;
}

/** The same, in slices, so that the event loop goes on meanwhile. Returns the number of killed processes. */
export async function killLeftovers(query: LeftoverQuery): Promise<number> {
  let killed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let found = 0;
    const isBelow = belowWorker(query);
    for (const [index, pid] of candidates(query).entries()) {
      if (leftoverOf(pid, query, isBelow) !== undefined) {
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
 * Ends a worker with its group and all processes below it. Stops it first: orphans that it adopts stay below it until
 * none is left, and it starts no more.
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

/** Number of zombies below a worker: orphans it adopted that have ended. */
export function countZombies(workerPid: number): number {
  return descendantsOf(workerPid).filter((pid) => describeProcess(pid)?.isZombie).length;
}

function candidates({ workerPid, isSubreaper, cgroup }: LeftoverQuery): number[] {
  const inGroup = cgroup === undefined ? undefined : processesIn(cgroup);
  if (isSubreaper) return [...new Set([...descendantsOf(workerPid), ...(inGroup ?? [])])];
  return inGroup ?? allPids();
}

/** Tests for processes below the worker; searches once. */
function belowWorker({ workerPid }: LeftoverQuery): (pid: number) => boolean {
  let below: Set<number> | undefined;
  return (pid) => (below ??= new Set(descendantsOf(workerPid))).has(pid);
}

function leftoverOf(pid: number, query: LeftoverQuery, isBelow: (pid: number) => boolean): ProcessEntry | undefined {
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
