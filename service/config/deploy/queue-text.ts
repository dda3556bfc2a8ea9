import type { Queue } from "./deploy.js";

/** What QUEUECH calls the kinds of the deployment section. */
const types = { redis: "redis", etcd: "etcd3" } as const;

/**
 * The QUEUECH of a queue.
 * @param host name it is reached at when it is deployed beside the nodes
 */
export function queueText({ kind, host, port }: Queue, besideHost: string): string {
  return `type:${types[kind]},host:${host ?? besideHost},port:${port}`;
}

/** Does a QUEUECH hold a password? Of what it says besides, nothing is secret. */
export function hasCredentials(text: string): boolean {
  return text.split(",").some((pair) => pair.split(":")[0]!.trim().toLowerCase() === "password");
}
