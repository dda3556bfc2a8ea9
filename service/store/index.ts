/**
 * The work folder as the database of runs: records, results, logs and history, plain files that several nodes may share.
 * Everything is written so that a node may die, or the disk fill up, at any moment. See `contract.ts` for the files.
 */

import type { FileStoreOptions, RunStore } from "./contract.js";
import { FileStore } from "./file-store.js";

export type { FileStoreOptions, RunStore, StoreOptions } from "./contract.js";
export { maskSecrets } from "./mask-secrets.js";

/** The store of a node. Touches nothing before `start`. */
export function createStore(options: FileStoreOptions): RunStore {
  return new FileStore(options);
}
