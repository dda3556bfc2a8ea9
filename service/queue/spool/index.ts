/**
 * The embedded queue: runs wait in the work folder of their node, and only that node executes them. It needs nothing
 * else; past one machine a broker takes its place.
 */
export { SpoolQueue } from "./spool-queue.js";
