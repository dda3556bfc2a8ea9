import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, statSync } from "node:fs";
import { open } from "node:fs/promises";

/**
 * Files of runs, whose paths may have become something else: a folder, a FIFO, a socket, a broken link. Nothing here
 * waits for the other end of a FIFO, which would block the node, or a thread that reads files for all.
 */

const { O_APPEND, O_CREAT, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Errors of the system for a path of another file type. */
const NO_FILE: readonly (string | undefined)[] = ["EISDIR", "ENXIO", "ELOOP"];

export function isNoFile(error: unknown): boolean {
  return NO_FILE.includes((error as NodeJS.ErrnoException).code);
}

/** @throws the error unless it means that there is no such file */
export function ifMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  return undefined;
}

/**
 * Content of a file; undefined when there is none.
 * @throws the system's error, or one of code EISDIR; {@link isNoFile} is true for both when the path has another file
 * type
 */
export async function readBytesIfThere(file: string): Promise<Buffer | undefined> {
  const handle = await open(file, O_RDONLY | O_NONBLOCK).catch(ifMissing);
  if (handle === undefined) return undefined;
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw noFile(file);
    const bytes = Buffer.allocUnsafe(status.size);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await handle.read(bytes, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await handle.close();
  }
}

/** As {@link readBytesIfThere}. */
export async function readIfThere(file: string): Promise<string | undefined> {
  return (await readBytesIfThere(file))?.toString("utf8");
}

/** As {@link readBytesIfThere}, synchronous. @throws also when there is no such file */
export function readNow(file: string): string {
  const fd = openSync(file, O_RDONLY | O_NONBLOCK);
  try {
    if (!fstatSync(fd).isFile()) throw noFile(file);
    return readFileSync(fd, "utf8");
  } finally {
    closeSync(fd);
  }
}

function noFile(file: string): Error {
  return Object.assign(new Error(`${file} is not a file`), { code: "EISDIR", path: file });
}

/** Opens a file to append to it; undefined when the path has another file type. */
export function openToAppend(file: string): number | undefined {
  let fd: number;
  try {
    fd = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o600);
  } catch (error) {
    if (isNoFile(error) || otherTypeAt(file) !== undefined) return undefined;
    throw error;
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  return undefined;
}

/**
 * File type of a path that is neither a file nor a link to one, in words; undefined when there is nothing, or a file.
 */
export function otherTypeAt(file: string): string | undefined {
  const status = lstatSync(file, { throwIfNoEntry: false });
  if (status === undefined || status.isFile()) return undefined;
  if (status.isDirectory()) return "a folder";
  if (!status.isSymbolicLink()) return "not a file";
  try {
    return statSync(file).isFile() ? undefined : "a link to something other than a file";
  } catch {
    return "a link that leads nowhere";
  }
}
