import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";

/** The node's own folder: keys, runs and results, which only authenticated routes of the node may show. */
const HIDDEN = ".rojob";

/** A file or folder in a listing. */
export interface Entry {
  name: string;
  kind: "folder" | "file";
  /** Bytes of a file; 0 for folders. */
  size: number;
  /** Time of its last change, ISO 8601. */
  modified: string;
}

/** Entry at a path. */
export type Found =
  | { kind: "folder"; entries: Entry[] }
  | { kind: "file"; handle: FileHandle; size: number; modifiedMs: number };

/** A folder that is read from outside: nothing of it can be changed, and nothing around it seen. */
export class OpenFolder {
  private constructor(private readonly root: string) {}

  /** @throws Error when there is no such folder */
  static async at(path: string): Promise<OpenFolder> {
    return new OpenFolder(await realpath(path));
  }

  /**
   * Finds the entry at a path of names below the folder.
   * @returns undefined when there is none, or a hidden one: links that lead out, devices, the node's own folder
   */
  async find(names: readonly string[]): Promise<Found | undefined> {
    if (!names.every(isName)) return undefined;
    try {
      const path = await this.inside(join(this.root, ...names));
      if (path === undefined) return undefined;
      return (await stat(path)).isDirectory()
        ? { kind: "folder", entries: await this.list(path) }
        : await this.open(path);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /** The path without links; undefined when it is not one of the folder. */
  private async inside(path: string): Promise<string | undefined> {
    const real = await realpath(path);
    if (real === this.root) return real;
    if (!real.startsWith(this.root + sep)) return undefined;
    const names = real.slice(this.root.length + 1).split(sep);
    return names.every(isName) ? real : undefined;
  }

  private async open(path: string): Promise<Found | undefined> {
    // Jobs write here meanwhile: the opened file may be another than the one found, or a pipe that waits for a writer.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      const opened = await handle.stat();
      const real = await this.inside(path);
      const there = real === undefined ? undefined : await stat(real);
      if (opened.isFile() && there !== undefined && there.ino === opened.ino && there.dev === opened.dev) {
        return { kind: "file", handle, size: opened.size, modifiedMs: opened.mtimeMs };
      }
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
    return undefined;
  }

  private async list(path: string): Promise<Entry[]> {
    const names = (await readdir(path)).filter(isName);
    const entries = await Promise.all(names.map((name) => this.entry(path, name)));
    return entries
      .filter((entry) => entry !== undefined)
      .sort(
        (left, right) => Number(left.kind === "file") - Number(right.kind === "file") || compare(left.name, right.name),
      );
  }

  private async entry(folder: string, name: string): Promise<Entry | undefined> {
    const path = join(folder, name);
    try {
      const isLink = (await lstat(path)).isSymbolicLink();
      if (isLink && (await this.inside(path)) === undefined) return undefined;
      const stats = await stat(path);
      if (!stats.isFile() && !stats.isDirectory()) return undefined;
      const kind = stats.isFile() ? "file" : "folder";
      return { name, kind, size: kind === "file" ? stats.size : 0, modified: stats.mtime.toISOString() };
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }
}

/** Is it one name of a path that does not lead elsewhere? Some file systems ignore case. */
function isName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\\0]/.test(name) && name.toLowerCase() !== HIDDEN;
}

/** Is it missing, or unreadable for this user? The reply is the same for both. */
function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return ["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP", "ENXIO", "ENAMETOOLONG"].includes(String(code));
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
