/**
 * The kinds of queue that nodes can share, a file a kind, by what the deployment section calls them. QUEUECH, the help, the
 * documentation and the manifests come from them; `queue/open-broker.ts` has to know how each is opened.
 */
import { etcd } from "./etcd.js";
import type { QueueKind } from "./kind.js";
import { redis } from "./redis.js";

export { QUEUE_MEMORY_MB } from "./kind.js";

export const queueKinds = { redis, etcd } as const satisfies Record<string, QueueKind>;

/** What the deployment section calls a kind. */
export type QueueName = keyof typeof queueKinds;
/** What QUEUECH calls a kind. */
export type QueueType = (typeof queueKinds)[QueueName]["type"];

export const queueNames = Object.keys(queueKinds) as QueueName[];
/** The kinds, without their literal types. */
export const allQueueKinds: readonly (QueueKind & { type: QueueType })[] = Object.values(queueKinds);
export const queueTypes = allQueueKinds.map(({ type }) => type);

/** A QUEUECH that is right, for messages and the help. */
export const queueExample = `type:${redis.type},host:127.0.0.1,port:${redis.port}`;
