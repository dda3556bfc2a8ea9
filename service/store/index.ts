/**
 * The work folder as the database of runs: records, results, logs and history, plain files that several nodes may
 * share. All writes allow the node to die, or the disk to fill up, at any moment. See `contract.ts` for the files.
 */

import type { FileStoreOptions, RunStore } from "../model/store.js";
import { FileStore } from "./file-store.js";

export { maskSecrets } from "../base/mask-secrets.js";
export type { FileStoreOptions, RunStore, StoreOptions } from "../model/store.js";

/** The store of a node. Touches nothing before `start`. */
export function createStore(options: FileStoreOptions): RunStore {
  return new FileStore(options);
}
