import fs from "node:fs";

/** Processes of this machine, from Linux' /proc; without one nothing is found. */

/** A process, see proc(5). */
export interface ProcessEntry {
  pid: number;
  name: string;
  parent: number;
  group: number;
  session: number;
  /** Clock ticks since boot. */
  startedTicks: number;
  isZombie: boolean;
}

/** Linux counts process times in hundredths of a second whatever the kernel's own clock (USER_HZ of proc(5)). */
const TICKS_PER_SECOND = 100;

/** Now, in the unit of a process's start time; undefined where there is no /proc. */
export function nowTicks(): number | undefined {
  const uptime = readOrEmpty("/proc/uptime");
  return uptime === "" ? undefined : Math.floor(Number.parseFloat(uptime) * TICKS_PER_SECOND);
}

export function allPids(): number[] {
  return namesIn("/proc").map(Number).filter(Number.isInteger);
}

/** Undefined when it is gone. */
export function describeProcess(pid: number): ProcessEntry | undefined {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  // The name is in parentheses and may itself hold some: the fields start after the last one.
  const end = stat.lastIndexOf(")");
  if (end === -1) return undefined;
  const fields = stat.slice(end + 2).split(" ");
  return {
    pid,
    name: stat.slice(stat.indexOf("(") + 1, end),
    isZombie: fields[0] === "Z" || fields[0] === "X",
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startedTicks: Number(fields[19]),
  };
}

/** Its environment as it was started with: `\0NAME=value\0…\0`. */
export function environmentOf(pid: number): string {
  return `\0${readOrEmpty(`/proc/${pid}/environ`)}`;
}

/** Ids of all processes below one, parents before their children. */
export function descendantsOf(pid: number): number[] {
  const found: number[] = [];
  for (const waiting = [pid]; waiting.length > 0; ) {
    const children = childrenOf(waiting.pop()!);
    found.push(...children);
    waiting.push(...children);
  }
  return found;
}

/** Each thread has the children it started; orphans are given to any of them. */
function childrenOf(pid: number): number[] {
  return namesIn(`/proc/${pid}/task`).flatMap((thread) => {
    const text = readOrEmpty(`/proc/${pid}/task/${thread}/children`).trim();
    return text === "" ? [] : text.split(" ").map(Number);
  });
}

/** Signals a process, or a group by its negative id; false when there is none, or it belongs to another user. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ESRCH" || code === "EPERM") return false;
    throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function readOrEmpty(file: string): string {
  try {
    return fs.readFileSync(file, "latin1");
  } catch (error) {
    if (isGone(error)) return "";
    throw error;
  }
}

/** A process may end, or belong to another user, between listing and reading. */
function isGone(error: unknown): boolean {
  return ["ENOENT", "ESRCH", "EACCES", "EPERM", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}
