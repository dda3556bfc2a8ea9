import { writeSync } from "node:fs";

/** Pause before writing to a slow reader again, ms. */
const PAUSE_MS = 1;
const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes all bytes before it returns, also while the event loop is blocked: waits for a slow reader.
 * @param fd open file descriptor, a pipe in most cases
 * @throws Error with the system's `code`, `EPIPE` when the reader is gone
 */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, PAUSE_MS);
    }
  }
}

/** The same for output that may lose its reader: output without a reader is dropped. */
export function writeToReader(fd: number, text: string): void {
  try {
    writeAll(fd, Buffer.from(text));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
}
