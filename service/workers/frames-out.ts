import { writeAll } from "../base/files/write-all.js";
import { encodeFrame, FRAME_FD, type Kind } from "./protocol.js";

/**
 * Sends a frame to the node and returns when it is written: the event loop of a worker stands still while a job runs,
 * and what was sent must not be lost when the process ends in the next moment.
 */
export function send(kind: Kind, payload = ""): void {
  writeAll(FRAME_FD, encodeFrame(kind, payload));
}

/** Characters of output in a frame: the node takes a frame in one go, and each of them may be a line. */
const MOST_OUTPUT = 2048;

/** Sends output of a run, of whatever length, in frames that are quickly taken. */
export function sendOutput(kind: Kind, text: string): void {
  if (text.length <= MOST_OUTPUT) return send(kind, text);
  const frames: Buffer[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + MOST_OUTPUT, text.length);
    // The halves of a character stay together.
    if (to < text.length && (text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to++;
    frames.push(encodeFrame(kind, text.slice(from, to)));
    from = to;
  }
  writeAll(FRAME_FD, Buffer.concat(frames));
}
