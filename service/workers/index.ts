/** Executes runs: a pool of warm worker processes, each offering clean environments; and the single environment itself. */
export type { Pool, PoolLoad, PoolLog, PoolOptions } from "./options.js";
export { createPool } from "./pool.js";
