import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type BrokerNode, type BrokerType, brokerNode, brokerProgram, startBrokerOf } from "../queue/broker-nodes.js";
import { until, workFolder } from "../runs/work-folder.js";

/**
 * A node whose process stands still for longer than its claims last, at the moments at which it is about to act: it notices
 * that before it acts. It is held up by its way to the broker, so that it stops exactly there, and then stopped (SIGSTOP).
 */

/** The step at which the node is suspended, and the expected end of the run. */
interface Moment {
  /** It sends that to the broker... */
  sends: string;
  /** ... and is held up before the broker hears it, or before it hears the answer. */
  holdUp: "request" | "answer";
  retries: number;
  /** Of the record in the end. */
  state: string;
  attempt: number;
  /** Number of executions of the job. */
  executed: number;
}

const MOMENTS: Record<string, Moment> = {
  "the start of a run that may not be run again": {
    ...{ sends: '"state":"running"', holdUp: "answer", retries: 0 },
    ...{ state: "interrupted", attempt: 1, executed: 0 },
  },
  "the start of a run that may be run again": {
    ...{ sends: '"state":"running"', holdUp: "answer", retries: 1 },
    ...{ state: "done", attempt: 2, executed: 1 },
  },
  "keeping the end of a run that may not be run again": {
    ...{ sends: '"state":"done"', holdUp: "request", retries: 0 },
    ...{ state: "interrupted", attempt: 1, executed: 1 },
  },
  "keeping the end of a run that may be run again": {
    ...{ sends: '"state":"done"', holdUp: "request", retries: 1 },
    ...{ state: "done", attempt: 2, executed: 2 },
  },
  "telling the end of a run": {
    ...{ sends: "delivering/", holdUp: "answer", retries: 0 },
    ...{ state: "done", attempt: 1, executed: 1 },
  },
};

/** The tests of a broker. A file for each: half of their time they wait. */
export function testPausedNodes(type: BrokerType): void {
  describe(`a node on ${type} that is suspended before`, () => {
    const withBroker = brokerProgram(type) === undefined ? test.skip : test;
    for (const [what, moment] of Object.entries(MOMENTS)) {
      withBroker(what, { timeout: 600_000 }, async () => {
        const told = await callbacks();
        const broker = await startBrokerOf(type);
        const options = [`CALLBACKHOSTS=127.0.0.1:${told.port}`, "SPARES=1"];
        const slow = await brokerNode(type, broker.port, options);
        await slow.start();
        const trace = join(workFolder(), "trace");
        writeFileSync(trace, "");
        const held = slow.wire.holdUp(moment.sends, moment.holdUp);
        const uuid = await submit(slow, { trace, retries: moment.retries, callback: told.url });
        await held.reached;
        process.kill(slow.pid(), "SIGSTOP");

        const other = await brokerNode(type, broker.port, options);
        await other.start();
        const record = async (node: BrokerNode): Promise<any> => (await node.ask("GET", `/v1/runs/${uuid}`)).json;
        // Without requests to the node: another one looks for callbacks of the dead only every 20 s.
        await until(() => told.uuids.includes(uuid), "the end, told by the other node");
        await until(async () => (await record(other)).callback?.state === "delivered", "the record of that");
        const ended = await record(other);
        held.goOn();
        process.kill(slow.pid(), "SIGCONT");

        // Its next step comes after all that it had begun.
        const next = await submit(slow, { trace: join(workFolder(), "next"), retries: 0, callback: told.url });
        await until(() => told.uuids.includes(next), "the end of a further run");
        expect(ended).toMatchObject({ state: moment.state, attempt: moment.attempt });
        expect(await record(slow)).toEqual(ended);
        expect(told.uuids.filter((one) => one === uuid)).toHaveLength(1);
        expect(readFileSync(trace, "utf8").split("\n").filter(Boolean)).toHaveLength(moment.executed);
      });
    }
  });
}

async function submit(
  node: BrokerNode,
  { trace, retries, callback }: { trace: string; retries: number; callback: string },
): Promise<string> {
  const exec = `io.writeFileString(${JSON.stringify(trace)}, "executed\\n", "utf-8", true)`;
  const ojob = { rojob: { retries }, jobs: [{ name: "A", exec }], todo: ["A"] };
  const { status, json, text } = await node.ask("POST", "/v1/runs", { ojob, async: true, callbackUrl: callback });
  expect(status, text).toBe(202);
  return json.uuid;
}

/** Takes callbacks. */
async function callbacks(): Promise<{ port: number; url: string; uuids: string[] }> {
  const uuids: string[] = [];
  const server = createServer((request, response) => {
    uuids.push(String(request.headers["x-rojob-uuid"]));
    request.resume().on("end", () => response.end());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/`, uuids };
}
