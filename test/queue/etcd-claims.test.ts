import { Etcd3 } from "etcd3";
import { expect, onTestFinished, test } from "vitest";
import { brokerProgram } from "./broker-nodes.js";
import { backendAt, queueOver, untilUsable } from "./broker-suite.js";
import { startBroker } from "./brokers.js";
import { queuedRun } from "./queued-runs.js";

const file = brokerProgram("etcd3");

(file === undefined ? test.skip : test)(
  "a run that its node does not know to have is given back, whichever lease of the node its claim is bound to",
  async () => {
    const broker = await startBroker("etcd", file!);
    onTestFinished(() => broker.end());
    const backend = backendAt("etcd3", broker.port, "forgotten");
    const queue = queueOver(backend);
    onTestFinished(() => queue.close());
    await queue.start();
    await untilUsable(queue);
    const run = queuedRun({ uuid: "tests-1-1" });
    await queue.submit(run);
    // Past the queue: as if the answer had been lost.
    expect(await backend.claim(6000, "tests-1-1")).toMatchObject({ token: "1" });

    const etcd = new Etcd3({ hosts: `http://127.0.0.1:${broker.port}` });
    onTestFinished(() => etcd.close());
    const key = "rojob/forgotten/q/claim/tests-1-1";
    const former = etcd.lease(600);
    await former.put(key).value((await etcd.get(key).string())!);
    expect(await queue.claim("tests-1-1")).toBeUndefined();
    await queue.maintain();
    expect((await queue.claim("tests-1-1"))?.run.record.uuid).toBe("tests-1-1");
  },
);
