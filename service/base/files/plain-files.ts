import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, statSync } from "node:fs";
import { open } from "node:fs/promises";

/**
 * Files of runs, whose paths may have become something else: a folder, a FIFO, a socket, a link that leads nowhere. Nothing
 * here waits for the other end of a FIFO, which would hold up the node, or a thread that reads files for all.
 */

const { O_APPEND, O_CREAT, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** What the system says of a path at which something else than a file is. */
const NO_FILE: readonly (string | undefined)[] = ["EISDIR", "ENXIO", "ELOOP"];

export function isNoFile(error: unknown): boolean {
  return NO_FILE.includes((error as NodeJS.ErrnoException).code);
}

/** @throws the error when it is another one than that there is no such file */
export function ifMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  return undefined;
}

/**
 * Content of a file; undefined when there is none.
 * @throws the system's error, or one of code EISDIR; {@link isNoFile} for both when something else is there
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

/** As {@link readBytesIfThere}, for who cannot wait. @throws also when there is no such file */
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

/** Opens a file to add to it; undefined when something else is there. */
export function openToAppend(file: string): number | undefined {
  let fd: number;
  try {
    fd = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o600);
  } catch (error) {
    if (isNoFile(error) || strangerAt(file) !== undefined) return undefined;
    throw error;
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  return undefined;
}

/** What is at a path that is neither a file nor a link to one, in words; undefined when there is nothing, or a file. */
export function strangerAt(file: string): string | undefined {
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
