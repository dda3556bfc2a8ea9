/** Executes runs: a pool of warm worker processes, each offering clean environments; and the single environment itself. */

export { createPool } from "./pool.js";
export type { Pool, PoolLoad, PoolLog, PoolOptions } from "./pool-options.js";
