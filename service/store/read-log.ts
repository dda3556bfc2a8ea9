import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { ifMissing, isNoFile } from "../base/files/plain-files.js";
import type { LogChunk } from "../model/record.js";

/** Most bytes of a log that are read at a time. */
const CHUNK = 256 * 1024;
const NEWLINE = 10;

/** Parses an offset in bytes. Any other text means the beginning. */
export function parsePlace(from: string | undefined): number {
  return from !== undefined && /^\d{1,15}$/.test(from) ? Number(from) : 0;
}

/**
 * Part of a log in a file.
 * @param hasEnded the log is complete: a last line without its end is returned, too
 */
export async function readLogFile(file: string, from: number, hasEnded: boolean): Promise<LogChunk> {
  const nothing: LogChunk = { text: "", next: String(from), isEnd: hasEnded };
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) =>
    isNoFile(error) ? undefined : ifMissing(error),
  );
  // A run that has printed nothing has no file.
  if (handle === undefined) return nothing;
  try {
    const status = await handle.stat();
    // Another file type is in its place: the output is lost.
    if (!status.isFile()) return nothing;
    const { size } = status;
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(CHUNK, size - from)));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    return cut(bytes.subarray(0, bytesRead), from, size, hasEnded);
  } finally {
    await handle.close();
  }
}

/** Part of a log in memory. */
export function readLogText(text: string, from: number): LogChunk {
  const bytes = Buffer.from(text);
  return cut(bytes.subarray(from, from + CHUNK), from, bytes.length, true);
}

/** Cuts after the last whole line; of a line longer than a chunk, after its last whole character. */
function cut(bytes: Buffer, from: number, size: number, hasEnded: boolean): LogChunk {
  const isLast = from + bytes.length >= size;
  let length = bytes.lastIndexOf(NEWLINE) + 1;
  if (isLast && hasEnded) length = bytes.length;
  else if (length === 0 && bytes.length === CHUNK) length = wholeCharacters(bytes);
  const text = bytes.toString("utf8", 0, length);
  const isEnd = isLast && hasEnded;
  const isOpenLine = isEnd && length > 0 && bytes[length - 1] !== NEWLINE;
  return { text: isOpenLine ? `${text}\n` : text, next: String(from + length), isEnd };
}

/** Number of bytes without an incomplete UTF-8 character at the end. */
function wholeCharacters(bytes: Buffer): number {
  let start = bytes.length - 1;
  while (start > bytes.length - 4 && (bytes[start]! & 0xc0) === 0x80) start--;
  const first = bytes[start]!;
  const needs = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return start + needs > bytes.length ? start : bytes.length;
}
