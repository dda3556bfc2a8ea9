import type { Logger } from "../base/log/logger.js";
import type { Config } from "../config/index.js";
import { addressText, parseQueueAddress, type QueueAddress } from "../config/queue-address.js";
import type { QueueType } from "../config/queues/index.js";
import type { Backend } from "./broker/backend.js";
import { BrokerQueue } from "./broker/index.js";

/** Options that configure the queue in a broker. */
export type BrokerConfig = Pick<Config, "CNAME" | "RESULTTTL" | "LOGTTL" | "KEEPRUNS">;

type OpenBackend = (address: QueueAddress, cluster: string, log: Logger) => Promise<Backend>;

/** The opener of each kind; its modules are loaded only for that kind. */
const backends: Record<QueueType, OpenBackend> = {
  redis: async (...given) => new (await import("./redis/index.js")).RedisBackend(...given),
  etcd3: async (...given) => new (await import("./etcd/index.js")).EtcdBackend(...given),
};

/**
 * The queue that QUEUECH names, not started.
 * @param queuech as `parseQueueAddress` reads it
 * @throws Error when it cannot be parsed
 */
export async function openBroker(queuech: string, config: BrokerConfig, log: Logger): Promise<BrokerQueue> {
  const { address, notes } = parseQueueAddress(queuech);
  log.info(
    { queue: addressText(address) },
    `asynchronous runs wait in a queue that all nodes of '${config.CNAME}' share`,
  );
  for (const note of notes) log.info({ option: "QUEUECH" }, note);
  return new BrokerQueue(await backends[address.type](address, config.CNAME, log), {
    resultTtlMs: config.RESULTTTL * 1000,
    logTtlMs: config.LOGTTL * 1000,
    keepRuns: config.KEEPRUNS,
    log,
  });
}
