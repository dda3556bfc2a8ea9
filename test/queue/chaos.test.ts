import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { workFolder } from "../runs/work-folder.js";
import { type BrokerNode, brokerNode, brokerNodeHere, brokerProgram, pause, startBrokerOf } from "./broker-nodes.js";
import { queueAt } from "./broker-suite.js";
import { check, endsOf, Observer, submitSurely } from "./chaos-runs.js";

/** CHAOS_RUNS=3000 for the long form: as many more rounds of faults as there are more runs. */
const RUNS = Number(process.env["CHAOS_RUNS"] ?? 100);
const ROUNDS = Math.ceil(RUNS / 300);
const CLIENTS = 6;
/** A node that cannot be reached for so long has lost its claims, ms. */
const BEYOND_LEASE = 9_000;

describe.each(["redis", "etcd3"] as const)(
  "three nodes that share %s, killed, stopped, cut off, with a broker that is restarted and paused",
  (type) => {
    const test = brokerProgram(type) === undefined ? it.skip : it;

    test("lose nothing they have accepted, complete nothing twice, and bring every run to an end", {
      timeout: 180_000 + ROUNDS * 180_000,
    }, async () => {
      const broker = await startBrokerOf(type);
      const nodes = [
        await brokerNode(type, broker.port, ["WORKERS=2", "KILLGRACE=1000"]),
        await brokerNode(type, broker.port, ["KILLGRACE=1000"]),
        // Nothing happens to its process.
        await brokerNodeHere(type, broker.port, ["KILLGRACE=1000"]),
      ];
      const [first, second, third] = nodes as [BrokerNode, BrokerNode, BrokerNode];
      await Promise.all(nodes.map((node) => node.start()));
      const queue = queueAt(type, broker.port, "rojob");
      const observer = new Observer(queue);
      await queue.start();
      onTestFinished(() => queue.close());

      const file = join(workFolder(), "trace");
      const uuids: string[] = [];
      let next = 0;
      let isOver = false;
      const submitting = async (): Promise<void> => {
        while (next < RUNS) {
          const index = next++;
          uuids[index] = await submitSurely(nodes, index, file);
          // Spread over the faults; what is left is sent at once.
          if (!isOver) await pause(ROUNDS * 30_000 * (CLIENTS / RUNS) * Math.random() * 2);
        }
      };
      const nameOf = (node: BrokerNode) => `localhost:${new URL(node.url).port}`;
      // Each fault has a run in its way, as long as there are any.
      const untilBusy = async (node: BrokerNode): Promise<void> => {
        while (next < RUNS && !observer.isBusy(nameOf(node))) await pause(10);
      };
      const faults = async (): Promise<void> => {
        await pause(2000);
        await untilBusy(first);
        observer.fault("killed", nameOf(first));
        await first.kill();
        await first.start();
        await untilBusy(second);
        process.kill(second.pid(), "SIGSTOP");
        observer.fault("stopped", nameOf(second));
        await pause(2000);
        await broker.restart(1000);
        await pause(BEYOND_LEASE - 3000);
        process.kill(second.pid(), "SIGCONT");
        await untilBusy(third);
        third.wire.cut();
        observer.fault("cut off", nameOf(third));
        await pause(BEYOND_LEASE);
        third.wire.mend();
        process.kill(broker.pid(), "SIGSTOP");
        await pause(2500);
        process.kill(broker.pid(), "SIGCONT");
        await pause(1000);
      };
      const faultsOfAll = async (): Promise<void> => {
        for (let round = 0; round < ROUNDS; round++) await faults();
        isOver = true;
      };
      await Promise.all([...Array.from({ length: CLIENTS }, submitting), faultsOfAll()]);
      const records = await endsOf(queue, uuids, 30_000);
      expect(records).toHaveLength(RUNS);
      await check(queue, uuids, records, file, observer);

      const again = records.filter(({ attempt }) => attempt > 1).length;
      const interrupted = records.filter(({ state }) => state === "interrupted").length;
      const { redeliveries } = await queue.counts();
      console.log(
        `${type}: ${RUNS} runs, ${again} run again, ${interrupted} interrupted, ${redeliveries} redeliveries`,
      );
      for (const [kind, times] of observer.recoveries) {
        const sorted = times.sort((a, b) => a - b);
        const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
        console.log(
          `  recovery, ${kind}: ${times.length} runs, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms`,
        );
      }
    });
  },
);
