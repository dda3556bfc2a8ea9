import type { Config } from "../config/index.js";
import type { Logger } from "../log.js";
import type { RunQueue } from "../queue/contract.js";
import { SpoolQueue } from "../queue/spool/index.js";
import { Callbacks } from "./callbacks.js";
import { IdempotencyKeys } from "./idempotency.js";
import { createRuns, type NodeRuns, type RunsOptions } from "./index.js";
import { UniqueNames } from "./unique.js";

/** What a node makes its runs of. */
export interface NodePartsOptions
  extends Pick<RunsOptions, "node" | "ids" | "dispatcher" | "kill" | "isGuest" | "store"> {
  config: Pick<Config, "WORK" | "IDEMPOTENCYTTL" | "CALLBACKHOSTS">;
  apiKey: string | undefined;
  log: Logger;
}

/** The runs of a node as its options say. */
export function createNodeRuns(options: NodePartsOptions): NodeRuns {
  const { config, apiKey, node, store, log } = options;
  const workFolder = config.WORK;
  const queue: RunQueue = new SpoolQueue(store);
  return createRuns({
    ...options,
    queue,
    keys: new IdempotencyKeys({
      workFolder,
      ttlMs: config.IDEMPOTENCYTTL * 1000,
      log,
      isKnown: async (uuid) => (await queue.get(uuid)) !== undefined,
    }),
    callbacks: new Callbacks({
      workFolder,
      hosts: config.CALLBACKHOSTS,
      apiKey,
      update: (record) => queue.update(record),
      result: (uuid) => queue.result(uuid),
      log,
    }),
    unique: new UniqueNames({ workFolder, node, log }),
  });
}
