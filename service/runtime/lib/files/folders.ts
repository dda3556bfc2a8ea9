import { asNio, asNioRead, JavaException, reasonOf } from "../../base/values/errors.js";
import { world } from "../../base/world.js";
import { cleanPath, inFolder } from "../streams/paths.js";
import { fileExists, statOf } from "./info.js";

/** Making, moving and removing files and folders. */

type HostError = { code?: string; message: string };

/** Makes a folder and its parents; true only if it made something. */
export function mkdir(folder: unknown): boolean {
  try {
    return world.host.files.mkdir(String(folder));
  } catch {
    return false; // a file in the way, no permission: false is the answer
  }
}

/** Removes a file or a tree; false if it was not there. */
export function remove(path: unknown): boolean {
  if (String(path) === "") return false;
  return asNio(String(path), () => world.host.files.remove(cleanPath(path)));
}

/** @throws JavaException when `from` is not there or `to` cannot take its place */
export function move(from: unknown, to: unknown): boolean {
  const [source, target] = [String(from), String(to)];
  try {
    world.host.files.rename(source, target);
    return true;
  } catch (error) {
    const { code } = error as HostError;
    const both = `${source} -> ${target}`;
    if (code === undefined) throw error;
    if (code === "ENOENT") throw new JavaException("java.nio.file.NoSuchFileException", both);
    if (code === "EACCES" || code === "EPERM") throw new JavaException("java.nio.file.AccessDeniedException", both);
    const javaClass = code === "EXDEV" ? "AtomicMoveNotSupportedException" : "FileSystemException";
    throw new JavaException(`java.nio.file.${javaClass}`, `${both}: ${reasonOf(error as HostError)}`);
  }
}

/** Copies a file with its attributes over whatever is there; of a folder only the folder itself. */
export function copy(from: unknown, to: unknown): void {
  const [source, target] = [String(from), String(to)];
  const { files } = world.host;
  const stat = statOf(source);
  if (stat === undefined) throw new JavaException("java.nio.file.NoSuchFileException", source);
  const there = statOf(target, true);
  if (there?.isFolder && (JSON.parse(files.list(target)) as string[]).length > 0)
    throw new JavaException("java.nio.file.DirectoryNotEmptyException", target);
  asNio(target, () => {
    if (there !== undefined && (there.isFolder || stat.isFolder || there.isLink)) files.remove(target);
    if (stat.isFolder) {
      const parent = target.slice(0, Math.max(0, cleanPath(target).lastIndexOf("/")));
      if (parent !== "" && !fileExists(parent)) throw new JavaException("java.nio.file.NoSuchFileException", target);
      files.mkdir(target);
    } else files.copy(source, target);
    files.chmod(target, stat.mode);
    files.utimes(target, stat.accessedMs, stat.modifiedMs);
  });
}

export function rename(from: unknown, to: unknown): boolean {
  try {
    world.host.files.rename(String(from), String(to));
    return true;
  } catch {
    return false; // Java's renameTo has no other way to say so
  }
}

export function listNames(folder: unknown, fullPath = false): string[] {
  const path = cleanPath(folder);
  const names = asNioRead(path, () => {
    const stat = statOf(path);
    if (stat !== undefined && !stat.isFolder) throw new JavaException("java.nio.file.NotDirectoryException", path);
    return JSON.parse(world.host.files.list(path)) as string[];
  });
  if (fullPath) return names;
  // The flag works the wrong way round in OpenAF, and jobs count on it.
  const absolute = path.startsWith("/") ? path : inFolder(world.host.process.cwd(), path);
  return names.map((name) => inFolder(absolute, name));
}

function temporary(prefix: unknown, suffix: unknown, folder: unknown, isFolder: boolean): string {
  const parent = typeof folder === "string" ? folder : undefined;
  const text = (value: unknown): string => (value === undefined ? "" : String(value));
  return asNio(parent ?? "", () => world.host.files.temp(text(prefix), text(suffix), parent, isFolder));
}

export const getCanonicalPath = (path: unknown) => world.host.files.canonical(String(path));

export const createTempFile = (prefix: unknown, suffix: unknown, folder?: unknown) => {
  const length = String(prefix ?? "").length;
  if (typeof folder !== "string" && length > 0 && length < 3)
    throw new JavaException(
      "java.lang.IllegalArgumentException",
      `Prefix string "${prefix}" too short: length must be at least 3`,
    );
  return temporary(prefix, suffix, folder, false);
};

export const createTempDir = (prefix: unknown, folder?: unknown) => temporary(prefix, "", folder, true);
