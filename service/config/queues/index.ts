/**
 * The kinds of queue that nodes can share, one file per kind, by their names in the deployment section. QUEUECH, the help, the
 * documentation and the manifests come from them; `queue/open-broker.ts` has the opener of each.
 */
import { etcd } from "./etcd.js";
import type { QueueKind } from "./kind.js";
import { redis } from "./redis.js";

export { QUEUE_MEMORY_MB } from "./kind.js";

export const queueKinds = { redis, etcd } as const satisfies Record<string, QueueKind>;

/** A kind, as the deployment section names it. */
export type QueueName = keyof typeof queueKinds;
/** A kind, as QUEUECH names it. */
export type QueueType = (typeof queueKinds)[QueueName]["type"];

export const queueNames = Object.keys(queueKinds) as QueueName[];
/** The kinds, without their literal types. */
export const allQueueKinds: readonly (QueueKind & { type: QueueType })[] = Object.values(queueKinds);
export const queueTypes = allQueueKinds.map(({ type }) => type);

/** A QUEUECH that is right, for messages and the help. */
export const queueExample = `type:${redis.type},host:127.0.0.1,port:${redis.port}`;
