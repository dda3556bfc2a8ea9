import type { FileStat } from "../../base/host.js";
import { world } from "../../base/world.js";
import { cleanPath, inFolder, nameOf } from "../streams/paths.js";

/** Information about files, and listings of folders. */

export interface FileInfo {
  isDirectory: boolean;
  isFile: boolean;
  filename: string;
  filepath: string;
  canonicalPath: string;
  lastModified: number;
  createTime?: number;
  lastAccess?: number;
  size: number;
  /** Some of `xrw`, in this order: what this process may do. */
  permissions: string;
  group?: string;
  user?: string;
  gid?: number;
  uid?: number;
  posixPermissions?: string;
  mode?: number;
  path?: string;
}

/** The host's information about `path`; undefined if it does not exist or cannot be reached. */
export function statOf(path: string, noFollow = false): FileStat | undefined {
  try {
    const text = world.host.files.stat(path, noFollow);
    return text === "" ? undefined : (JSON.parse(text) as FileStat);
  } catch {
    return undefined; // what may not be looked at is not there, for Java
  }
}

/** Does a file or folder exist there? A link to nothing does not. */
export function fileExists(file: unknown): boolean {
  const stat = statOf(String(file));
  return stat !== undefined && (stat.isFile || stat.isFolder || !stat.isLink);
}

/** The map job code gets; a missing file gives one of zeros. */
export function fileInfo(file: unknown, posix = false): FileInfo {
  const path = cleanPath(file);
  return describe(path, world.host.files.canonical(path), posix);
}

/** Entries of a folder; undefined when it is none. */
export function folderEntries(folder: unknown, posix = false): FileInfo[] | undefined {
  const path = cleanPath(folder);
  if (path === "") return undefined;
  let names: string[];
  try {
    names = JSON.parse(world.host.files.list(path)) as string[];
  } catch {
    return undefined; // missing, no folder, not permitted: the same answer
  }
  const canonical = world.host.files.canonical(path);
  return names.map((name) => describe(inFolder(path, name), inFolder(canonical, name), posix));
}

function describe(path: string, canonical: string, posix: boolean): FileInfo {
  const stat = statOf(path);
  const own = stat?.isLink ? statOf(path, true) : stat;
  const isBroken = stat?.isLink === true && !stat.isFile && !stat.isFolder;
  const info: FileInfo = {
    isDirectory: stat?.isFolder ?? false,
    isFile: stat?.isFile ?? false,
    filename: nameOf(path),
    filepath: path,
    canonicalPath: stat?.isLink ? world.host.files.canonical(path) : canonical,
    lastModified: isBroken ? 0 : (stat?.modifiedMs ?? 0),
    ...(own === undefined ? {} : { createTime: own.createdMs, lastAccess: own.accessedMs }),
    size: isBroken ? 0 : (stat?.size ?? 0),
    permissions: isBroken ? "" : (stat?.access ?? ""),
  };
  if (posix && own !== undefined) {
    info.group = accountName("/etc/group", own.gid);
    info.user = accountName("/etc/passwd", own.uid);
    info.gid = own.gid;
    info.uid = own.uid;
    info.posixPermissions = modeText(own.mode);
    info.mode = own.mode & 0o777;
  }
  return info;
}

/** `rwxr-x---` of the permission bits. */
export function modeText(mode: number): string {
  let text = "";
  for (let bit = 8; bit >= 0; bit--) text += mode & (1 << bit) ? "rwx"[(8 - bit) % 3] : "-";
  return text;
}

const accounts = new Map<string, Map<number, string>>();

/** Name of a user or group id; the number itself when nobody knows it. */
function accountName(file: string, id: number): string {
  let names = accounts.get(file);
  if (names === undefined) {
    names = new Map();
    accounts.set(file, names);
    for (const line of (fileExists(file) ? world.host.files.readText(file) : "").split("\n")) {
      const [name, , number] = line.split(":");
      if (number !== undefined && !names.has(Number(number))) names.set(Number(number), name!);
    }
  }
  return names.get(id) ?? String(id);
}

/** All files and folders below `folder`, parents before their content. */
export function listRecursive(folder: unknown, posix = false): FileInfo[] {
  if (folder === undefined) return [];
  const found: FileInfo[] = [];
  for (const waiting = [String(folder)]; waiting.length > 0; ) {
    const path = waiting.pop()!;
    for (const entry of folderEntries(path, posix) ?? []) {
      entry.path = path;
      found.push(entry);
      if (entry.isDirectory) waiting.push(entry.filepath);
    }
  }
  return found;
}

export const listFiles = (folder: unknown, posix?: boolean) => {
  const files = folderEntries(folder, posix);
  return files === undefined ? {} : { files };
};
