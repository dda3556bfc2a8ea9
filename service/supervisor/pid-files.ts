import { readdirSync, readFileSync, statSync } from "node:fs";
import { uptime } from "node:os";
import { join } from "node:path";
import { isGone, isIdentity, ownIdentity, type ProcessIdentity } from "../base/process-identity.js";

/** A node of a work folder, from its pid file. */
export interface NodeProcess {
  url: string;
  pid: number;
  /** ms since the epoch, to some ten ms. */
  startedAt: number;
  /** Its process is one of this machine: signals reach it. */
  isHere: boolean;
}

const NAME = /^roJob_(.+)_(\d{1,5})\.pid$/;
/** Nodes renew their pid files; a node of another machine that has not done so for this time is dead, ms. */
const SILENCE_MS = 8000;
/** Clock ticks of proc(5) in a second. */
const TICKS = 100;

/**
 * The nodes of a work folder that are not known to be gone: those of this machine first, by port. See
 * `service/node/pid-file.ts`.
 */
export function nodeProcesses(workFolder: string): NodeProcess[] {
  const folder = join(workFolder, ".rojob");
  const found = namesIn(folder).flatMap((name) => readPidFile(folder, name) ?? []);
  return found.sort((a, b) => Number(b.isHere) - Number(a.isHere) || portOf(a) - portOf(b));
}

function portOf({ url }: NodeProcess): number {
  return Number(new URL(url).port);
}

/** Undefined when its process is gone, or it is no pid file of a node. */
function readPidFile(folder: string, name: string): NodeProcess | undefined {
  const [, host, port] = NAME.exec(name) ?? [];
  if (host === undefined) return undefined;
  const read = readWithTimes(join(folder, name));
  if (read === undefined) return undefined;
  const [first, second] = read.text.split("\n");
  const pid = Number(first);
  const parsed = { pid, ...mapOf(second) };
  // A file with only a pid belongs to another program of this machine.
  const identity: ProcessIdentity = isIdentity(parsed) ? parsed : { ...ownIdentity(), pid, startedAt: 0 };
  if (!isIdentity(identity) || isGone(identity)) return undefined;
  const isHere = identity.place === ownIdentity().place;
  if (!isHere && Date.now() - read.writtenAt > SILENCE_MS) return undefined;
  const { node = `${host}:${port}` } = parsed as { node?: string };
  const startedAt =
    isHere && identity.startedAt > 0
      ? Date.now() - (uptime() - identity.startedAt / TICKS) * 1000
      : Math.min(read.createdAt, read.writtenAt);
  return { url: `http://${node}`, pid, startedAt, isHere };
}

function readWithTimes(file: string): { text: string; createdAt: number; writtenAt: number } | undefined {
  try {
    const { birthtimeMs, mtimeMs } = statSync(file);
    return { text: readFileSync(file, "utf8"), createdAt: birthtimeMs, writtenAt: mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined; // its node has just ended
    throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function mapOf(line = "{}"): object {
  try {
    return JSON.parse(line) as object;
  } catch {
    return {}; // another program's file
  }
}
