import type { Logger } from "../base/log/logger.js";
import type { Config } from "../config/index.js";
import type { RunQueue } from "../model/queue.js";
import type { BrokerQueue } from "../queue/broker/index.js";
import { SpoolQueue } from "../queue/spool/index.js";
import type { SpoolPeers } from "../queue/spool/spool-peers.js";
import { LEASE_MS, UniqueNames } from "../store/unique-names.js";
import { BrokerVersions } from "./broker-versions.js";
import { Callbacks } from "./callbacks.js";
import { GRACE_MS, IdempotencyKeys } from "./idempotency.js";
import { createRuns, type NodeRuns, type RunsOptions } from "./index.js";
import { PendingCallbackFiles } from "./pending-callback-files.js";
import { PendingCallbacksInBroker } from "./pending-callbacks-in-broker.js";
import { ReceivedRuns } from "./received-runs.js";

const DAY_MS = 86_400_000;

/** Parts and options of a node's runs. */
export interface NodePartsOptions
  extends Pick<RunsOptions, "node" | "ids" | "dispatcher" | "kill" | "isIncoming" | "store"> {
  config: Pick<Config, "WORK" | "IDEMPOTENCYTTL" | "CALLBACKHOSTS"> & Partial<Pick<Config, "KILLGRACE">>;
  /** The queue of QUEUECH; without it runs wait in the work folder. */
  broker?: BrokerQueue;
  apiKey: string | undefined;
  /** Nodes that may take waiting runs of the work folder when this one stops. */
  peers?: SpoolPeers;
  log: Logger;
}

/** Creates the runs of a node by its options. State that nodes share is kept where the runs wait. */
export function createNodeRuns(options: NodePartsOptions): NodeRuns {
  const { config, broker, apiKey, node, store, log } = options;
  const workFolder = config.WORK;
  const names = new UniqueNames({ workFolder, node, log });
  const queue: RunQueue =
    broker ?? new SpoolQueue(store, { node, names, peers: options.peers, graceMs: config.KILLGRACE, log });
  const ttlMs = config.IDEMPOTENCYTTL * 1000;
  const sharedKeys = broker?.sharedKeys;
  const callbacks = new Callbacks({
    pending:
      sharedKeys === undefined
        ? new PendingCallbackFiles({ workFolder, node, get: (uuid) => queue.get(uuid), log })
        : new PendingCallbacksInBroker(sharedKeys, (uuid) => queue.get(uuid)),
    hosts: config.CALLBACKHOSTS,
    apiKey,
    update: (record) => queue.update(record),
    result: (uuid) => queue.result(uuid),
    log,
  });
  return createRuns({
    ...options,
    queue,
    callbacks,
    taken: new ReceivedRuns({ workFolder, node, queue, store, callbacks, log }),
    keys: new IdempotencyKeys({
      workFolder,
      versions: sharedKeys && new BrokerVersions(sharedKeys, { group: "keys", keptMs: ttlMs + GRACE_MS }),
      ttlMs,
      log,
      isKnown: async (uuid) => (await queue.get(uuid)) !== undefined,
    }),
    unique: new UniqueNames({
      workFolder,
      versions: sharedKeys && new BrokerVersions(sharedKeys, { group: "unique", keptMs: DAY_MS, freshMs: LEASE_MS }),
      node,
      log,
    }),
  });
}
