import { afterAll, beforeAll, test } from "vitest";
import { BrokerQueue } from "../../service/queue/broker/index.js";
import { EtcdBackend } from "../../service/queue/etcd/index.js";
import type { QueueAddress } from "../../service/queue/queuech.js";
import { RedisBackend } from "../../service/queue/redis/index.js";
import { findProgram } from "../services.js";
import { type Broker, layWire, startBroker, type Wire } from "./brokers.js";
import { describeQueue } from "./conformance.js";

const silent = { warn: () => undefined, info: () => undefined };
const programs = { redis: "redis-server", etcd3: "etcd" } as const;
let clusters = 0;

/** A queue in a broker, by way of a port. */
export function queueAt(type: "redis" | "etcd3", port: number, cluster: string): BrokerQueue {
  const address: QueueAddress = { type, hosts: [{ host: "127.0.0.1", port }], tls: false, db: 0 };
  const backend =
    type === "redis" ? new RedisBackend(address, cluster, silent) : new EtcdBackend(address, cluster, silent);
  return new BrokerQueue(backend, { resultTtlMs: 0, logTtlMs: 0, keepRuns: 0, log: silent });
}

/** Resolves when the queue can be used. */
export async function untilUsable(queue: BrokerQueue): Promise<void> {
  for (const end = Date.now() + 10_000; queue.trouble() !== undefined; ) {
    if (Date.now() > end) throw new Error(queue.trouble());
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The suite of all queues over a broker; skipped with the reason where the broker is not installed. */
export function describeBroker(type: "redis" | "etcd3"): void {
  const program = programs[type];
  const file = findProgram(program);
  if (file === undefined) {
    test(`the queue ${type}`, (context) => {
      const reason = `${program} is not installed`;
      if (process.env.REQUIRE_SERVICES === "1") throw new Error(reason);
      context.skip(reason);
    });
    return;
  }
  let broker: Broker;
  beforeAll(async () => {
    broker = await startBroker(program, file);
  });
  afterAll(() => broker.end());

  describeQueue(type, async () => {
    const cluster = `test-${++clusters}`;
    const lives: { queue: BrokerQueue; wire: Wire }[] = [];
    const live = async (): Promise<BrokerQueue> => {
      const wire = await layWire(broker.port);
      const queue = queueAt(type, wire.port, cluster);
      lives.push({ queue, wire });
      return queue;
    };
    return {
      queue: await live(),
      async nextLife() {
        lives.at(-1)!.wire.cut();
        return live();
      },
      recoveryMs: 10_000,
      async end() {
        for (const { queue, wire } of lives) {
          await wire.end();
          await queue.close();
        }
      },
    };
  });
}
