import { randomBytes } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { readFile, rename, stat, unlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { linkExclusively } from "../base/files/exclusive-link.js";
import type { Logger } from "../base/log/logger.js";
import { isGone, isIdentity, ownIdentity, type ProcessIdentity } from "../base/process-identity.js";

/** Interval of checks and renewals of the file, ms. */
const RENEW_MS = 2000;
/** Time without a renewal after which the file of another machine belongs to a dead node, ms. */
const SILENCE_MS = 8000;

export interface PidFileOptions {
  /** Path of the file. */
  file: string;
  /** `host:port`. */
  node: string;
  /** The file was removed or replaced: the node has to stop. Called once. */
  onRemoved(): void;
  log: Pick<Logger, "info" | "warn">;
  renewMs?: number;
  silenceMs?: number;
}

/** Path of a node's pid file. Some file systems refuse colons. */
export function pidFilePath(config: { WORK: string; HOST: string; PID?: string }, port: number): string {
  if (config.PID !== undefined) return `${config.PID}.pid`;
  return path.join(config.WORK, ".rojob", `roJob_${config.HOST.replaceAll(":", "-")}_${port}.pid`);
}

/** Path of a node's file of used signatures; see `SignatureMemory`. */
export function signatureFilePath(config: { WORK: string; HOST: string }, port: number): string {
  return path.join(config.WORK, ".rojob", `roJob_${config.HOST.replaceAll(":", "-")}_${port}.signatures`);
}

/**
 * The file that identifies a node's process: a line with its pid, another with the scope of that pid. There is one node
 * of an identity in a work folder: a second one refuses to start, the file of a dead one is taken over. Removing it
 * stops the node.
 */
export class PidFile {
  private readonly timer: NodeJS.Timeout;
  private readonly watcher: FSWatcher | undefined;
  private isOver = false;

  private constructor(
    private readonly options: PidFileOptions,
    private readonly text: string,
  ) {
    const check = (): void => void this.check();
    this.timer = setInterval(check, options.renewMs ?? RENEW_MS).unref();
    this.watcher = watchFile(options.file, check);
  }

  /**
   * Takes the file.
   * @throws Error when another node with this identity lives, or the file cannot be written
   */
  static async take(options: PidFileOptions): Promise<PidFile> {
    const { file, node, log } = options;
    const { pid, ...rest } = ownIdentity();
    const text = `${pid}\n${JSON.stringify({ node, ...rest })}\n`;
    for (;;) {
      if (await createExclusively(file, text)) return new PidFile(options, text);
      const found = await read(file);
      if (found === undefined) continue;
      const owner = readOwner(found);
      if (owner !== undefined && (await isAlive(file, owner, options.silenceMs ?? SILENCE_MS))) {
        throw new Error(
          `${file}: process ${owner.pid}${owner.place === ownIdentity().place ? "" : " of another machine or container"} is already node ${node}; stop it, or start with another PORT or WORK`,
        );
      }
      log.info({ file, pid: owner?.pid }, "taking over the pid file of a dead node");
      await removeIf(file, found);
    }
  }

  /** Removes the file, unless another process has taken it. */
  async release(): Promise<void> {
    if (this.isOver) return;
    this.end();
    await removeIf(this.options.file, this.text);
  }

  private async check(): Promise<void> {
    const { file, log, onRemoved } = this.options;
    try {
      const found = await read(file);
      if (this.isOver) return;
      if (found === this.text) {
        const now = new Date();
        await utimes(file, now, now);
        return;
      }
      this.end();
      log.warn({ file }, found === undefined ? "the pid file was removed" : "the pid file belongs to another node");
      onRemoved();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return; // the next check sees that it is gone
      log.warn({ file, err: error }, "cannot renew the pid file");
    }
  }

  private end(): void {
    this.isOver = true;
    clearInterval(this.timer);
    this.watcher?.close();
  }
}

/** Calls `check` at once when the file changes, instead of at the next interval; not all file systems can. */
function watchFile(file: string, check: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(file, { persistent: false }, (event) => {
      if (event === "rename") check();
    });
    return watcher.on("error", () => watcher.close());
  } catch {
    return undefined; // no watches left, or none on this file system: the checks at intervals remain
  }
}

/** Does the owner of the file live? For a process of another machine only the renewals show it. */
async function isAlive(file: string, owner: ProcessIdentity, silenceMs: number): Promise<boolean> {
  if (owner.place === ownIdentity().place) return !isGone(owner);
  const until = performance.now() + silenceMs;
  const first = await writtenAt(file);
  while (performance.now() < until) {
    if ((await writtenAt(file)) !== first) return true;
    await sleep(silenceMs / 20);
  }
  return false;
}

async function writtenAt(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** A file of one line, the pid, belongs to another program of this machine. */
function readOwner(text: string): ProcessIdentity | undefined {
  const [first = "", second = "{}"] = text.split("\n");
  const pid = Number(first);
  try {
    const owner = { ...ownIdentity(), startedAt: 0, ...(JSON.parse(second || "{}") as object), pid };
    return isIdentity(owner) ? owner : undefined;
  } catch {
    return isIdentity({ ...ownIdentity(), pid }) ? { ...ownIdentity(), startedAt: 0, pid } : undefined;
  }
}

async function createExclusively(file: string, text: string): Promise<boolean> {
  const fresh = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  await writeFile(fresh, text, { flag: "wx" });
  try {
    return await linkExclusively(fresh, file);
  } finally {
    await unlink(fresh);
  }
}

/** Removes a file that holds this text, and no other that has taken its place. */
async function removeIf(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if ((await readFile(aside, "utf8")) !== text) await linkExclusively(aside, file);
  await unlink(aside);
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
