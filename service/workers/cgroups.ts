import { mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { signalProcess } from "./process-table.js";

/** Number of checks whether the processes of a group have ended, and pause after each, ms. */
const CHECKS = 100;
const CHECK_MS = 5;
const PREFIX = "rojob-";

/** The control group of one worker and of all processes below it. */
export interface WorkerGroup {
  folder: string;
  /** Is the worker in it? */
  joined: Promise<boolean>;
}

/**
 * Control groups (cgroups(7), version 2) below the node's own, one per worker. No process can leave its group, so the
 * processes of a run are found even when the worker has died.
 */
export class WorkerGroups {
  private constructor(readonly folder: string) {}

  /**
   * Undefined where the node has no control group it may write to: in most containers, and on systems other than Linux.
   */
  static open(name: string): WorkerGroups | undefined {
    const own = ownFolder();
    if (own === undefined) return undefined;
    const folder = path.join(own, `${PREFIX}${name}`);
    try {
      mkdirSync(folder);
    } catch (error) {
      if (isRefused(error)) return undefined;
      throw error;
    }
    removeEmpty(own, folder);
    return new WorkerGroups(folder);
  }

  /** Creates a group for a worker and moves the worker into it; undefined when that is not allowed. */
  add(pid: number): WorkerGroup | undefined {
    const folder = path.join(this.folder, String(pid));
    try {
      mkdirSync(folder);
    } catch (error) {
      if (isRefused(error) || isCode(error, "EEXIST")) return undefined;
      throw error;
    }
    const joined = writeFile(path.join(folder, "cgroup.procs"), String(pid)).then(
      () => true,
      () => false, // it has died, or processes may not be moved: others find what is left
    );
    return { folder, joined };
  }

  /** Kills all processes of a group, and removes it. */
  async end({ folder, joined }: WorkerGroup): Promise<void> {
    await joined;
    for (let look = 0; look < CHECKS; look++) {
      if (processesIn(folder).length > 0) {
        await writeFile(path.join(folder, "cgroup.kill"), "1").catch(() => {
          // Linux before 5.14 has no such file.
          for (const pid of processesIn(folder)) signalProcess(pid, "SIGKILL");
        });
        await delay(CHECK_MS);
      }
      if (await removed(folder)) return;
    }
  }

  /** Call it when all groups have ended. */
  async close(): Promise<void> {
    await removed(this.folder);
  }
}

/** Ids of the processes in a group, without ended ones. */
export function processesIn(folder: string): number[] {
  try {
    return readFileSync(path.join(folder, "cgroup.procs"), "latin1").split("\n").filter(Boolean).map(Number);
  } catch (error) {
    if (isRefused(error)) return [];
    throw error;
  }
}

/** Folder of this process's own group. */
function ownFolder(): string | undefined {
  try {
    const own = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1];
    if (own === undefined) return undefined;
    for (const line of readFileSync("/proc/self/mountinfo", "utf8").split("\n")) {
      const [before = "", after = ""] = line.split(" - ");
      const [, , , root = "", place = ""] = before.split(" ").map(plain);
      if (!after.startsWith("cgroup2 ") || !isBelow(own, root)) continue;
      return path.join(place, path.relative(root, own));
    }
    return undefined;
  } catch (error) {
    if (isRefused(error)) return undefined;
    throw error;
  }
}

function isBelow(own: string, root: string): boolean {
  return !path.relative(root, own).startsWith("..");
}

/** Decodes blanks and the like, which are octal numbers, see proc(5). */
function plain(text: string): string {
  return text.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/**
 * Removes groups that killed nodes left; a group with processes in it cannot be removed. A living node may have no
 * worker yet.
 */
function removeEmpty(own: string, except: string): void {
  for (const name of readdirSync(own)) {
    const folder = path.join(own, name);
    if (!name.startsWith(PREFIX) || folder === except || isOfLiving(name)) continue;
    try {
      for (const entry of readdirSync(folder, { withFileTypes: true }))
        if (entry.isDirectory()) rmdirSync(path.join(folder, entry.name));
      rmdirSync(folder);
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
  }
}

/** Does the process live whose id is in the name of a group? */
function isOfLiving(name: string): boolean {
  const pid = /-(\d+)(?:-|$)/.exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    return process.kill(Number(pid), 0);
  } catch (error) {
    return isCode(error, "EPERM");
  }
}

async function removed(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    if (isCode(error, "ENOENT")) return true;
    if (isRefused(error)) return false;
    throw error;
  }
}

function isRefused(error: unknown): boolean {
  return isCode(error, "ENOENT", "EACCES", "EPERM", "EROFS", "EBUSY", "ENODEV", "ENOTEMPTY", "ENOTDIR", "EOPNOTSUPP");
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? "");
}
