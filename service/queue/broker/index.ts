/**
 * A queue in a broker that all nodes of a cluster share: claims that are renewed while their node lives and go to another
 * when it dies. The brokers themselves are in the folders beside.
 */
export type { Backend, Given, Keeping, Message, Renewal } from "./backend.js";
export { BrokerQueue, type BrokerQueueOptions } from "./broker-queue.js";
export { fits } from "./filter.js";
export type { Marks } from "./marks.js";
