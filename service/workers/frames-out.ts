import fs from "node:fs";
import { encodeFrame, FRAME_FD, type Kind } from "./protocol.js";

/**
 * Sends a frame to the node and returns when it is written: the event loop of a worker stands still while a job runs,
 * and what was sent must not be lost when the process ends in the next moment.
 */
export function send(kind: Kind, payload = ""): void {
  const frame = encodeFrame(kind, payload);
  let at = 0;
  while (at < frame.length) {
    try {
      at += fs.writeSync(FRAME_FD, frame, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));
