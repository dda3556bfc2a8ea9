import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import path from "node:path";
import { linkExclusively } from "../base/files/exclusive-link.js";

/** The value of a name at some time. */
export interface Version {
  /** Grows by one with every new holder. */
  number: number;
  text: string;
  /** Time of the last write, by the clock of the file system; ms since the epoch. */
  writtenAt: number;
}

/** Small texts by name that several processes change by compare and swap: see the methods of {@link Versions}. */
export type VersionStore = Pick<Versions, "newest" | "add" | "rewrite" | "now" | "clean">;

/**
 * Small texts by name that several processes, on machines that share the folder, change by compare and swap.
 *
 * A version is a file `NAME.NUMBER`, created whole and exclusively; the highest number counts. The successor of version
 * N is N+1, which only one process can create. Numbers of a name never go back while a process may still read an old
 * one: the newest is never removed but by {@link clean}, long after it was written.
 */
export class Versions {
  private isMade = false;

  /** @param durable added versions are on the disk, not only in the cache of the system */
  constructor(
    private readonly folder: string,
    private readonly durable: boolean,
  ) {}

  /** The newest version, or undefined. */
  async newest(name: string): Promise<Version | undefined> {
    for (;;) {
      const number = Math.max(0, ...(await this.numbers(name)));
      if (number === 0) return undefined;
      try {
        return { number, ...(await readNow(this.file(name, number))) };
      } catch (error) {
        if (!isMissing(error)) throw error; // else followed by another one in between
      }
    }
  }

  /**
   * Adds the version after the one that was read.
   * @param number that of the version read and one, or 1
   * @returns false when another process was first
   */
  async add(name: string, number: number, text: string): Promise<boolean> {
    await this.make();
    const file = this.file(name, number);
    const fresh = await this.scratch(text);
    try {
      if (!(await linkExclusively(fresh, file))) return false;
    } finally {
      await unlink(fresh);
    }
    const numbers = await this.numbers(name);
    // A late version may have filled the gap that an old one left: it has no predecessor.
    const isNewest = numbers.every((other) => other <= number);
    const old = isNewest ? numbers.filter((other) => other < number) : [number];
    await Promise.all(old.map((other) => remove(this.file(name, other))));
    if (isNewest && this.durable) await syncFolder(this.folder);
    return isNewest;
  }

  /**
   * Writes an own version again, which makes it new. Readers see the one text or the other, whole.
   * @returns false when another version follows it
   */
  async rewrite(name: string, number: number, text: string): Promise<boolean> {
    if ((await this.numbers(name)).some((other) => other > number)) return false;
    const file = this.file(name, number);
    try {
      if ((await readFile(file, "utf8")) === text) await writeOver(file, text);
      else await rename(await this.scratch(text), file);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** The time by the clock of the file system, which all that share the folder have in common; ms since the epoch. */
  async now(): Promise<number> {
    await this.make();
    const file = await this.scratch("");
    const { mtimeMs } = await stat(file);
    await unlink(file);
    return mtimeMs;
  }

  /**
   * Removes files that were last written before a time, at most `limit` of them.
   * @param isDone may the one with this text go? Called for versions only, not for files that a crash left
   * @returns number of removed files
   */
  async clean(before: number, limit: number, isDone: (text: string) => boolean): Promise<number> {
    let removed = 0;
    for (const entry of await list(this.folder)) {
      if (removed >= limit) break;
      const file = path.join(this.folder, entry);
      try {
        if ((await stat(file)).mtimeMs >= before) continue;
        if (/\.\d+$/.test(entry) && !isDone(await readFile(file, "utf8"))) continue;
        await unlink(file);
        removed++;
      } catch (error) {
        if (!isMissing(error)) throw error; // else another process cleans as well
      }
    }
    return removed;
  }

  private file(name: string, number: number): string {
    return path.join(this.folder, `${name}.${number}`);
  }

  private async numbers(name: string): Promise<number[]> {
    const start = `${name}.`;
    const rests = (await list(this.folder)).filter((entry) => entry.startsWith(start));
    return rests
      .map((entry) => entry.slice(start.length))
      .filter((rest) => /^\d+$/.test(rest))
      .map(Number);
  }

  private async make(): Promise<void> {
    if (this.isMade) return;
    await mkdir(this.folder, { recursive: true });
    this.isMade = true;
  }

  private async scratch(text: string): Promise<string> {
    const file = path.join(this.folder, `.${process.pid}-${randomBytes(6).toString("hex")}.new`);
    const handle = await open(file, "wx", 0o600);
    try {
      await handle.writeFile(text);
      if (this.durable) await handle.sync();
    } finally {
      await handle.close();
    }
    return file;
  }
}

/** Writes the text that a file has: only its time changes, by the clock of its file system. */
async function writeOver(file: string, text: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.write(text, 0);
  } finally {
    await handle.close();
  }
}

/** Present text and time of a file: over NFS only opening it asks the server, whatever was read before. */
async function readNow(file: string): Promise<{ text: string; writtenAt: number }> {
  const handle = await open(file, "r");
  try {
    const [text, { mtimeMs }] = await Promise.all([handle.readFile("utf8"), handle.stat()]);
    return { text, writtenAt: mtimeMs };
  } finally {
    await handle.close();
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function remove(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Flushes the names in a folder to the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
