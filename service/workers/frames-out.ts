import { writeAll } from "../write-all.js";
import { encodeFrame, FRAME_FD, type Kind } from "./protocol.js";

/**
 * Sends a frame to the node and returns when it is written: the event loop of a worker stands still while a job runs,
 * and what was sent must not be lost when the process ends in the next moment.
 */
export function send(kind: Kind, payload = ""): void {
  writeAll(FRAME_FD, encodeFrame(kind, payload));
}
