import type { Queue } from "./deploy.js";

/** Keys of QUEUECH that hold nothing secret. */
const plainKeys = ["type", "host", "port", "db", "name", "prefix", "tls"];

/** What QUEUECH calls the kinds of the deployment section. */
const types = { redis: "redis", etcd: "etcd3" } as const;

/**
 * The QUEUECH of a queue.
 * @param host name it is reached at when it is deployed beside the nodes
 */
export function queueText({ kind, host, port }: Queue, besideHost: string): string {
  return `type:${types[kind]},host:${host ?? besideHost},port:${port}`;
}

/** Does a QUEUECH say more than where the queue is? */
export function hasCredentials(text: string): boolean {
  return text.split(",").some((pair) => !plainKeys.includes(pair.split(":")[0]!.trim().toLowerCase()));
}
