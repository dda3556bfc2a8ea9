import { queueKinds } from "../queues/index.js";
import type { Queue } from "./deploy.js";

/**
 * The QUEUECH of a queue.
 * @param host its name when it is deployed beside the nodes
 */
export function queueText({ kind, host, port }: Queue, besideHost: string): string {
  return `type:${queueKinds[kind].type},host:${host ?? besideHost},port:${port}`;
}

/** Does a QUEUECH hold a password? Nothing else in it is secret. */
export function hasCredentials(text: string): boolean {
  return text.split(",").some((pair) => pair.split(":")[0]!.trim().toLowerCase() === "password");
}
