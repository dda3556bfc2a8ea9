/**
 * The embedded queue: runs wait in the work folder of their node, which is the only one that takes them. Nothing else is
 * needed for it; past one machine a broker takes its place.
 */
export { SpoolQueue } from "./spool-queue.js";
