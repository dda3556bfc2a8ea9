import type { Logger } from "../base/log/logger.js";
import type { Config } from "../config/index.js";
import { addressText, parseQueueAddress } from "../config/queue-address.js";
import type { Backend } from "./broker/backend.js";
import { BrokerQueue } from "./broker/index.js";

/** Options that configure the queue in a broker. */
export type BrokerConfig = Pick<Config, "CNAME" | "RESULTTTL" | "LOGTTL" | "KEEPRUNS">;

/**
 * Creates the queue that QUEUECH names; does not start it. Loads the libraries of that broker only.
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
  let backend: Backend;
  if (address.type === "redis") {
    const { RedisBackend } = await import("./redis/index.js");
    backend = new RedisBackend(address, config.CNAME, log);
  } else {
    const { EtcdBackend } = await import("./etcd/index.js");
    backend = new EtcdBackend(address, config.CNAME, log);
  }
  return new BrokerQueue(backend, {
    resultTtlMs: config.RESULTTTL * 1000,
    logTtlMs: config.LOGTTL * 1000,
    keepRuns: config.KEEPRUNS,
    log,
  });
}
