import { Redis, type RedisOptions } from "ioredis";
import { type Backoff, backoffMs } from "../../base/backoff.js";
import type { QueueAddress } from "../../config/queue-address.js";

const RECONNECTS: Backoff = { firstMs: 100, longestMs: 2_000 };
/** Longest wait for an answer, ms: a broker that is suspended, not ended, keeps its connections open. */
const ANSWER_MS = 5_000;

/**
 * A connection to the first of the hosts that accepts one; reconnects for ever, with growing pauses. Commands without a
 * connection fail at once instead of being queued.
 */
export function connectRedis(address: QueueAddress, isForMessages: boolean): Redis {
  let tries = 0;
  const [first] = address.hosts;
  const options: RedisOptions = {
    ...first!,
    db: address.db,
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: ANSWER_MS,
    keepAlive: 10_000,
    retryStrategy: (attempt) => backoffMs(attempt, RECONNECTS),
    // This replica was the master; now another of the hosts is.
    reconnectOnError: (error) => error.message.startsWith("READONLY"),
    autoResubscribe: true,
  };
  if (!isForMessages) options.commandTimeout = ANSWER_MS;
  if (address.user !== undefined) options.username = address.user;
  if (address.password !== undefined) options.password = address.password;
  if (address.tls) options.tls = address.ca === undefined ? {} : { ca: address.ca };
  const redis = new Redis(options);
  redis.on("reconnecting", () => {
    Object.assign(redis.options, address.hosts[++tries % address.hosts.length]);
  });
  return redis;
}
