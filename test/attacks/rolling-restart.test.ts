import { Pool } from "undici";
import { expect, test } from "vitest";
import { ClientActivity } from "../../service/http/client-activity.js";
import { StartGate } from "../../service/node/start-gate.js";
import { startHttp } from "../http/http-node.js";
import { type NodeProcess, nodeProcess } from "../runs/node-process.js";
import { workFolder } from "../runs/work-folder.js";

/** Nodes that are started anew one after the other: no client that may ask the others sees it. */

const authorization = "Bearer key-of-the-tests";
const oJob = { jobs: [{ name: "A", exec: "__pm.x = args.n" }], todo: ["A"] };

/** Asks one node after the other, over connections it keeps; one that takes no connection is left out this time. */
class RoundRobin {
  readonly failures: string[] = [];
  count = 0;
  refused = 0;
  private readonly pools: Pool[];

  constructor(nodes: readonly NodeProcess[]) {
    this.pools = nodes.map(({ url }) => new Pool(url, { connections: 2, pipelining: 1, keepAliveTimeout: 60_000 }));
  }

  async ask(n: number): Promise<void> {
    const isAsync = n % 3 === 0;
    const path = isAsync ? "/v1/runs" : "/ojob";
    const body = JSON.stringify(isAsync ? { ojob: oJob, async: true } : oJob);
    for (let turn = n; turn < n + this.pools.length * 100; turn++) {
      try {
        const pool = this.pools[turn % this.pools.length]!;
        const answer = await pool.request({ method: "POST", path, body, headers: { authorization } });
        const text = await answer.body.text();
        this.count++;
        if (answer.statusCode !== (isAsync ? 202 : 200)) this.failures.push(`${answer.statusCode} ${text}`);
        return;
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        // Nothing was sent: any client asks the next.
        if (code !== "ECONNREFUSED") return void this.failures.push(`${code}: ${message}`);
        this.refused++;
      }
    }
    this.failures.push("no node takes a connection");
  }

  close(): Promise<unknown> {
    return Promise.all(this.pools.map((pool) => pool.destroy()));
  }
}

test("continuous requests over kept connections: none fails while each of three nodes is started anew", async () => {
  const work = workFolder();
  const nodes: NodeProcess[] = [];
  for (let index = 0; index < 3; index++) {
    const node = await nodeProcess(work, ["WORKERS=1"]);
    await node.start();
    nodes.push(node);
  }
  const client = new RoundRobin(nodes);
  let isOver = false;
  const clients = [0, 1, 2, 3].map(async (first) => {
    for (let n = first; !isOver; n += 1) await client.ask(n);
  });
  try {
    for (const node of nodes) {
      const before = client.count;
      await node.stop();
      await node.start();
      while (client.count < before + 12) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    isOver = true;
    await Promise.all(clients);
    await client.close();
  }
  expect(client.failures).toEqual([]);
  expect(client.count).toBeGreaterThanOrEqual(36);
}, 180_000);

test("a request that comes while the node is starting waits for that, and is served", async () => {
  const gate = new StartGate();
  const node = await startHttp({}, {}, { gate });
  const answer = fetch(`${node.url}/ojob`, { method: "POST", headers: { authorization }, body: JSON.stringify(oJob) });
  const isOver = (): Promise<string> => Promise.race([answer.then(() => "answered"), turn()]);
  expect((await fetch(`${node.url}/healthz`)).status).toBe(200);
  expect(await isOver()).toBe("waits");
  expect(node.specs).toEqual([]);
  gate.open();
  expect((await answer).status).toBe(200);
  expect(node.specs).toHaveLength(1);
});

test("one that waits for a node which does not start is refused as not ready", async () => {
  const gate = new StartGate();
  const node = await startHttp({}, {}, { gate });
  const answer = fetch(`${node.url}/v1/runs`, { headers: { authorization } });
  await fetch(`${node.url}/healthz`);
  gate.giveUp();
  expect((await answer).status).toBe(503);
  expect(await (await answer).json()).toMatchObject({ code: "not_ready" });
});

test("every reply of a node that leaves ends its connection, on whichever route", async () => {
  let isLeaving = false;
  const node = await startHttp({}, {}, { isLeaving: () => isLeaving });
  for (const path of ["/healthz", "/readyz", "/v1/runs", "/openapi.json", "/no-such-route"]) {
    const ask = async () => (await fetch(node.url + path, { headers: { authorization } })).headers.get("connection");
    isLeaving = false;
    expect(await ask(), path).toBe("keep-alive");
    isLeaving = true;
    expect(await ask(), path).toBe("close");
  }
});

test("requests of clients count as activity; those for health do not", async () => {
  const clients = new ClientActivity();
  const node = await startHttp({}, {}, { clients });
  await fetch(`${node.url}/healthz`);
  await fetch(`${node.url}/readyz`);
  expect(clients.wasWithin(60_000)).toBe(false);
  await fetch(`${node.url}/v1/runs`, { headers: { authorization } });
  expect(clients.wasWithin(60_000)).toBe(true);
  expect(clients.wasWithin(0)).toBe(false);
});

/** A turn of the event loop that leaves time for sockets. */
async function turn(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return "waits";
}
