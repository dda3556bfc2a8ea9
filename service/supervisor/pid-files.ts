import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isGone, isIdentity, ownIdentity, type ProcessIdentity } from "../process-identity.js";

/** A node of a work folder, as its pid file tells. */
export interface NodeProcess {
  url: string;
  pid: number;
  /** ms since the epoch. */
  startedAt: number;
  /** Its process is one of this machine: signals reach it. */
  isHere: boolean;
}

const NAME = /^roJob_(.+)_(\d{1,5})\.pid$/;

/**
 * Writes `WORK/.rojob/roJob_HOST_PORT.pid`: the pid in its first line, where existing tools look for it, then who that is.
 * @param url of the node
 * @returns removes it again
 */
export function writePidFile(workFolder: string, url: string): () => void {
  const { hostname, port } = new URL(url);
  const folder = join(workFolder, ".rojob");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `roJob_${hostname.replace(/[[\]]/g, "")}_${port}.pid`);
  writeFileSync(file, `${process.pid}\n${JSON.stringify({ url, ...ownIdentity() })}\n`);
  return () => rmSync(file, { force: true });
}

/** The nodes of a work folder that are not known to be gone: those of this machine first, by port. */
export function nodeProcesses(workFolder: string): NodeProcess[] {
  const folder = join(workFolder, ".rojob");
  const found = namesIn(folder).flatMap((name) => readPidFile(folder, name) ?? []);
  return found.sort((a, b) => Number(b.isHere) - Number(a.isHere) || Number(portOf(a)) - Number(portOf(b)));
}

function portOf({ url }: NodeProcess): string {
  return new URL(url).port;
}

/** Undefined when its process is gone, or it is no pid file of a node. */
function readPidFile(folder: string, name: string): NodeProcess | undefined {
  const [, host, port] = NAME.exec(name) ?? [];
  if (host === undefined) return undefined;
  const file = join(folder, name);
  let lines: string[];
  let startedAt: number;
  try {
    lines = readFileSync(file, "utf8").split("\n");
    startedAt = statSync(file).mtimeMs;
  } catch {
    return undefined; // its node has just ended
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const told = jsonOf(lines[1]);
  // A file without more than a pid is another program's; on a shared folder its process may be anywhere.
  const identity: ProcessIdentity = isIdentity(told) ? told : { place: ownIdentity().place, pid, startedAt: 0 };
  if (isGone(identity)) return undefined;
  const { url = `http://${host.includes(":") ? `[${host}]` : host}:${port}` } = (told ?? {}) as { url?: string };
  return { url, pid, startedAt, isHere: identity.place === ownIdentity().place };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function jsonOf(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? "");
  } catch {
    return undefined; // another program's file
  }
}
