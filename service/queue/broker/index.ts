/**
 * Queue in a broker that all nodes of a cluster share: claims are renewed while their node lives, and pass to another
 * node when it dies. The folders beside this one have the brokers.
 */
export type { Backend, Given, Keeping, Message, Renewal } from "./backend.js";
export { BrokerQueue, type BrokerQueueOptions } from "./broker-queue.js";
export { fits } from "./run-filter.js";
export type { SharedKeys } from "./shared-keys.js";
