import { writeAll } from "../base/files/write-all.js";
import { encodeFrame, FRAME_FD, type Kind } from "./protocol.js";

/**
 * Sends a frame to the node and returns when it is written: the event loop of a worker is blocked while a job runs, and
 * the frame must not be lost when the process ends in the next moment.
 */
export function send(kind: Kind, payload = ""): void {
  writeAll(FRAME_FD, encodeFrame(kind, payload));
}

/** Characters of output in a frame: the node processes a frame in one go, and each character may be a line. */
const MAX_OUTPUT = 2048;

/** Sends output of a run, of any length, in small frames. */
export function sendOutput(kind: Kind, text: string): void {
  if (text.length <= MAX_OUTPUT) return send(kind, text);
  const frames: Buffer[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + MAX_OUTPUT, text.length);
    // Surrogate pairs stay together.
    if (to < text.length && (text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to++;
    frames.push(encodeFrame(kind, text.slice(from, to)));
    from = to;
  }
  writeAll(FRAME_FD, Buffer.concat(frames));
}
