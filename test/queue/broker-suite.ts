import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from "vitest";
import type { QueueAddress } from "../../service/config/queue-address.js";
import { type Backend, BrokerQueue } from "../../service/queue/broker/index.js";
import { EtcdBackend } from "../../service/queue/etcd/index.js";
import { RedisBackend } from "../../service/queue/redis/index.js";
import { BrokerVersions } from "../../service/runs/broker-versions.js";
import { UniqueNames } from "../../service/store/unique-names.js";
import { PATIENCE_MS } from "../patience.js";
import { findProgram } from "../services.js";
import { type Broker, layWire, startBroker, type Wire } from "./brokers.js";
import { describeQueue } from "./conformance.js";

const silent = { warn: () => undefined, info: () => undefined };
const programs = { redis: "redis-server", etcd3: "etcd" } as const;
let clusters = 0;

/** What is particular to a broker, by way of a port. */
export function backendAt(type: "redis" | "etcd3", port: number, cluster: string): Backend {
  const address: QueueAddress = { type, hosts: [{ host: "127.0.0.1", port }], tls: false, db: 0 };
  return type === "redis" ? new RedisBackend(address, cluster, silent) : new EtcdBackend(address, cluster, silent);
}

/** A queue in a broker, by way of a port. */
export function queueAt(type: "redis" | "etcd3", port: number, cluster: string): BrokerQueue {
  return queueOver(backendAt(type, port, cluster));
}

export function queueOver(backend: Backend): BrokerQueue {
  return new BrokerQueue(backend, { resultTtlMs: 0, logTtlMs: 0, keepRuns: 0, log: silent });
}

/** Resolves when the queue can be used. */
export async function untilUsable(queue: BrokerQueue): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; queue.trouble() !== undefined; ) {
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

  describeMarks(type, () => queueAt(type, broker.port, `marks-${++clusters}`));

  describeQueue(type, async () => {
    const cluster = `test-${++clusters}`;
    const lives: { queue: BrokerQueue; wire: Wire }[] = [];
    const live = async (): Promise<BrokerQueue> => {
      const wire = await layWire(broker.port);
      const queue = queueAt(type, wire.port, cluster);
      const start = queue.start.bind(queue);
      // A node goes on without it after a while; the tests of what it does need it.
      queue.start = async () => {
        await start();
        await untilUsable(queue);
      };
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

/** What nodes know in common beside the runs. */
function describeMarks(type: string, open: () => BrokerQueue): void {
  describe(`what is known in common in ${type}`, () => {
    const opened = async (): Promise<BrokerQueue> => {
      const queue = open();
      await queue.start();
      onTestFinished(() => queue.close());
      await untilUsable(queue);
      return queue;
    };

    it("changes only as one who has seen it expects, and goes when its time is over", async () => {
      const { sharedKeys } = await opened();
      expect(await sharedKeys.swap("g/a", undefined, "1", 60_000)).toBe(true);
      expect(await sharedKeys.swap("g/a", undefined, "2", 60_000)).toBe(false);
      expect(await sharedKeys.swap("g/a", "0", "2", 60_000)).toBe(false);
      expect(await sharedKeys.swap("g/a", "1", "2", 60_000)).toBe(true);
      expect(await sharedKeys.get("g/a")).toBe("2");
      await sharedKeys.put("g/b", "", 0);
      await sharedKeys.put("h/c", "x", 0);
      expect(await sharedKeys.names("g/")).toEqual(["g/b"]);
      await sharedKeys.remove("g/b");
      expect([await sharedKeys.get("g/b"), await sharedKeys.names("g/")]).toEqual([undefined, []]);
      await sharedKeys.put("g/short", "x", 1000);
      expect(await sharedKeys.get("g/short")).toBe("x");
      for (const end = Date.now() + PATIENCE_MS; (await sharedKeys.get("g/short")) !== undefined; ) {
        expect(Date.now()).toBeLessThan(end);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });

    it("is taken by one of many who want it at the same time", async () => {
      const { sharedKeys } = await opened();
      const taken = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => sharedKeys.swap("g/x", undefined, String(index), 60_000)),
      );
      expect(taken.filter(Boolean)).toHaveLength(1);
    });

    it("lets a run take its unique name along, and gives it to another when its node is dead", async () => {
      const { sharedKeys } = await opened();
      const names = (node: string): UniqueNames => {
        const versions = new BrokerVersions(sharedKeys, { group: "unique", keptMs: 60_000, freshMs: 2500 });
        return new UniqueNames({ workFolder: "/", versions, node: () => node, log: silent, leaseMs: 2500 });
      };
      const [acceptor, executor, other] = [names("a:1"), names("b:1"), names("c:1")];
      const accepted = await acceptor.acquire("only", "run-1");
      expect(await other.acquire("only", "run-2")).toBeUndefined();
      const executed = await executor.acquire("only", "run-1");
      expect(executed!.token).toBeGreaterThan(accepted!.token);
      expect(await other.holder("only")).toEqual({ uuid: "run-1", node: "b:1" });
      // Whoever held it before gives nothing free that is not his.
      await accepted!.release();
      expect(await other.acquire("only", "run-2")).toBeUndefined();
      await executed!.release();
      const next = await other.acquire("only", "run-2");
      expect(next?.uuid).toBe("run-2");
      await other.close();
      expect(await acceptor.acquire("only", "run-3")).toBeDefined();
      await acceptor.close();
    });
  });
}
