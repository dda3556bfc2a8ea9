import { toHost, toJava } from "../../base/values/bytes.js";
import { asNioRead, JavaException } from "../../base/values/errors.js";
import { world } from "../../base/world.js";
import { unzipEntry } from "../archive/zip.js";
import { FileInput } from "../streams/files.js";
import { writeData } from "./write.js";

/** Files as byte arrays. */

/**
 * The bytes of a file, or of an entry of a zip file (`a.zip::inner/path`).
 * @throws JavaException when either is not there
 */
export function readBytes(file: unknown): Uint8Array {
  const path = String(file);
  const [archive, entry] = path.split("::") as [string, string | undefined];
  if (entry === undefined) return asNioRead(path, () => world.host.files.read(path));
  const found = unzipEntry(
    asNioRead(archive, () => world.host.files.read(archive)),
    entry,
  );
  if (found === undefined) throw new JavaException("java.io.IOException", `file '${entry}' not found in '${archive}'`);
  return found;
}

/** Bytes (0 to 255) that a text of a western language may hold. */
export function isTextByte(byte: number): boolean {
  if (byte >= 32 && byte <= 126) return true;
  return byte === 9 || byte === 10 || byte === 11 || byte === 13 || byte === 153 || byte >= 160;
}

export function isBinary(file: unknown, limit = 1024): boolean {
  const stream = new FileInput(file);
  try {
    return !(stream.fill(limit) ?? new Uint8Array(0)).every(isTextByte);
  } finally {
    stream.close();
  }
}

export const readFileBytes = (file: unknown) => toJava(readBytes(file));

export const readFileBytesRO = (file: unknown) =>
  toJava(asNioRead(String(file), () => world.host.files.read(String(file))));

export const writeFileBytes = (file: unknown, bytes: unknown) => writeData(String(file), toHost(bytes));
