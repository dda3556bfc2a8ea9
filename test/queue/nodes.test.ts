import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { plainFetch } from "../../tools/plain-fetch.js";
import { PATIENCE_MS } from "../patience.js";
import { nodeInHere, nodeProcess } from "../runs/node-process.js";
import { workFolder } from "../runs/work-folder.js";
import {
  type BrokerNode,
  type BrokerType,
  brokerNodeHere,
  brokerProgram,
  pause,
  startBrokerOf,
} from "./broker-nodes.js";
import { queueAt } from "./broker-suite.js";
import { expiryAt } from "./expire.js";

const KEY = { authorization: "Bearer key-of-the-tests" };

/** An oJob of one job. */
function job(exec: string, rojob: object = {}): object {
  return { ojob: { rojob, jobs: [{ name: "A", exec }], todo: ["A"] }, async: true };
}

const untilFile = (file: string): string => `while (!io.fileExists(${JSON.stringify(file)})) sleep(20, true)`;

async function submit(node: BrokerNode, body: object): Promise<string> {
  const { status, json } = await node.ask("POST", "/v1/runs", body);
  expect(status, JSON.stringify(json)).toBe(202);
  return json.uuid;
}

async function until(look: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await look()); await pause(50)) {
    if (Date.now() > end) throw new Error(`${what}: it did not come`);
  }
}

/** The node as records call it. */
function nameOf(node: BrokerNode): string {
  return `localhost:${new URL(node.url).port}`;
}

/** Two nodes that share a broker and nothing else; the first has a run that keeps its only worker busy. */
async function twoNodes(type: BrokerType): Promise<{ a: BrokerNode; b: BrokerNode; finish(): void; busy: string }> {
  const broker = await startBrokerOf(type);
  const [a, b] = [await brokerNodeHere(type, broker.port), await brokerNodeHere(type, broker.port)];
  await a.start();
  const done = join(a.work, "done");
  const busy = await submit(a, job(untilFile(done)));
  await until(async () => (await a.ask("GET", `/v1/runs/${busy}`)).json.state === "running", "the first run");
  await b.start();
  const finish = (): void => writeFileSync(done, "");
  onTestFinished(finish);
  return { a, b, finish, busy };
}

describe.each(["redis", "etcd3"] as const)("nodes that share %s", (type) => {
  const test = brokerProgram(type) === undefined ? it.skip : it;

  test("take each other's runs; state, result, log and end of a run are known everywhere", async () => {
    const { a, b, finish, busy } = await twoNodes(type);
    const compat = await a.ask(
      "POST",
      "/ojob?__async=1&x=1",
      "jobs:\n- name: A\n  exec: args.y = args.x\ntodo:\n- A\n",
    );
    expect([compat.status, compat.json]).toEqual([202, { result: 1, queue: true, uuid: expect.any(String) }]);

    const uuid = await submit(a, job('print("said there"); __pm.said = 1'));
    const record = await a.ask("GET", `/v1/runs/${uuid}?wait=60`);
    expect(record.json).toMatchObject({ state: "done", node: nameOf(a) });
    expect(record.json.route).toContain(nameOf(b));
    expect((await a.ask("GET", `/v1/runs/${uuid}/result`)).json).toEqual({ said: 1 });
    for (const node of [a, b]) {
      const log = await plainFetch(`${node.url}/v1/runs/${uuid}/log`, { headers: KEY });
      expect(await log.text()).toContain("said there");
      const { runs } = (await node.ask("GET", "/v1/runs")).json;
      expect(runs.map((run: { uuid: string }) => run.uuid).sort()).toEqual([busy, compat.json.uuid, uuid].sort());
    }

    // Waited for at one node, executed at the other, told to end at the first.
    const waiting = b.ask("GET", `/v1/runs/${busy}?wait=60`);
    finish();
    expect((await waiting).json.state).toBe("done");
    const endless = await submit(b, job("while (true) sleep(50, true)"));
    await until(async () => (await b.ask("GET", `/v1/runs/${endless}`)).json.state === "running", "the endless run");
    const other = (await a.ask("GET", `/v1/runs/${endless}`)).json.route.startsWith(nameOf(a)) ? b : a;
    expect((await other.ask("DELETE", `/v1/runs/${endless}`)).json).toMatchObject({ state: "killed" });

    const counts = await a.ask("GET", "/v1/queue");
    expect(counts.json).toMatchObject({
      kind: type,
      trouble: null,
      waiting: 0,
      running: 0,
      ended: { done: 3, killed: 1 },
    });
    const sync = await a.ask("POST", "/ojob", "jobs:\n- name: A\n  exec: args.here = 1\ntodo:\n- A\n");
    expect(sync.status).toBe(200);
    const all = (await a.ask("GET", "/v1/runs?limit=2")).json;
    const rest = (await a.ask("GET", `/v1/runs?limit=50&cursor=${encodeURIComponent(all.next)}`)).json;
    expect(all.runs.length + rest.runs.length).toBe(5);
  });

  test("agree on idempotency keys and unique names, and deliver a callback once", async () => {
    const heard: string[] = [];
    const receiver = createServer((request, response) => {
      heard.push(String(request.headers["x-rojob-uuid"]));
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void receiver.close());
    const at = (receiver.address() as AddressInfo).port;
    const broker = await startBrokerOf(type);
    const hosts = `CALLBACKHOSTS=127.0.0.1:${at}`;
    const [a, b] = [await brokerNodeHere(type, broker.port, [hosts]), await brokerNodeHere(type, broker.port, [hosts])];
    await Promise.all([a.start(), b.start()]);

    const keyed = job("__pm.x = 1");
    const send = (node: BrokerNode) =>
      plainFetch(`${node.url}/v1/runs`, {
        method: "POST",
        headers: { ...KEY, "idempotency-key": "k1" },
        body: JSON.stringify(keyed),
      }).then(async (answer) => ((await answer.json()) as { uuid: string }).uuid);
    const uuids = await Promise.all([a, b, a, b].map(send));
    expect(new Set(uuids).size).toBe(1);

    const done = join(a.work, "done");
    const held = await submit(a, job(untilFile(done), { name: "only", unique: true }));
    const refused = await b.ask("POST", "/v1/runs", job("1", { name: "only", unique: true }));
    expect([refused.status, refused.json.code]).toEqual([409, "not_unique"]);
    writeFileSync(done, "");
    await b.ask("GET", `/v1/runs/${held}?wait=60`);
    await until(async () => {
      const again = await b.ask("POST", "/v1/runs", job("1", { name: "only", unique: true }));
      return again.status === 202;
    }, "the name is free");

    const called: string[] = [];
    for (const node of [a, b, a, b]) {
      called.push(await submit(node, { ...job("1"), callbackUrl: `http://127.0.0.1:${at}/` }));
    }
    await until(async () => heard.length >= called.length, "callbacks");
    await pause(1500);
    expect(heard.sort()).toEqual(called.sort());
  });

  test("refuse asynchronous runs while it is away, answer others, and go on when it is back", async () => {
    const broker = await startBrokerOf(type);
    const node = await brokerNodeHere(type, broker.port);
    node.wire.cut();
    await node.start();
    const refused = await node.ask("POST", "/v1/runs", job("1"));
    expect([refused.status, refused.json.code]).toEqual([503, "queue_unavailable"]);
    const ready = await node.ask("GET", "/readyz");
    expect([ready.status, ready.json.detail]).toEqual([503, expect.stringContaining("cannot be reached")]);
    expect((await node.ask("POST", "/ojob", "jobs:\n- name: A\n  exec: args.z = 1\ntodo:\n- A\n")).status).toBe(200);
    expect((await plainFetch(`${node.url}/metrics`, { headers: KEY })).status).toBe(200);
    node.wire.mend();
    await until(async () => (await node.ask("GET", "/readyz")).status === 200, "ready");
    const done = join(node.work, "done");
    const uuid = await submit(node, job(`${untilFile(done)}; __pm.x = 1`));
    await until(async () => (await node.ask("GET", `/v1/runs/${uuid}`)).json.state === "running", "the run");
    // Its end is kept as soon as there is somebody to keep it.
    node.wire.cut();
    writeFileSync(done, "");
    await pause(1000);
    node.wire.mend();
    await until(async () => (await node.ask("GET", "/readyz")).status === 200, "ready again");
    expect((await node.ask("GET", `/v1/runs/${uuid}?wait=60`)).json.state).toBe("done");
  });

  test("get what waited in the work folder of a node before it had a queue", async () => {
    const work = workFolder();
    const [done, trace] = [join(work, "done"), join(work, "trace")];
    const before = await nodeProcess(work, ["INIT=false", "WORKERS=1"]);
    await before.start();
    const accept = async (exec: string) => (await before.ask("POST", "/v1/runs", job(exec))).json.uuid as string;
    const cut = await accept(untilFile(done));
    const waiting = await Promise.all([1, 2, 3].map((one) => accept(`sh("echo ${one} >> ${trace}")`)));
    await until(async () => (await before.ask("GET", `/v1/runs/${cut}`)).json.state === "running", "the first run");
    await before.kill();

    const broker = await startBrokerOf(type);
    const queuech = `QUEUECH=type:${type},host:127.0.0.1,port:${broker.port}`;
    const after = nodeInHere(work, ["INIT=false", "WORKERS=1", queuech, `PORT=${new URL(before.url).port}`]);
    await after.start();
    const ask = (path: string) => before.ask("GET", path);
    for (const uuid of waiting) expect((await ask(`/v1/runs/${uuid}?wait=60`)).json.state).toBe("done");
    expect((await ask(`/v1/runs/${cut}?wait=60`)).json.state).toBe("interrupted");
    expect(readFileSync(trace, "utf8").trim().split("\n").sort()).toEqual(["1", "2", "3"]);
    const left = readdirSync(join(work, ".rojob")).filter((name) => name.endsWith(".rojob"));
    expect(left).toEqual([]);
    expect(existsSync(join(work, ".rojob", "runs", `${waiting[0]}.json`))).toBe(false);
  });
});

describe("a node that was cut off so long that its run went to another", () => {
  const test = brokerProgram("redis") === undefined ? it.skip : it;

  test("kills the run when it finds out, and what came of it there counts for nothing", async () => {
    const broker = await startBrokerOf("redis");
    const [a, b] = [await brokerNodeHere("redis", broker.port), await brokerNodeHere("redis", broker.port)];
    await a.start();
    const [beats, done] = [join(a.work, "beats"), join(a.work, "done")];
    const line = `io.writeFileString(${JSON.stringify(beats)}, ROJOB.PORT + "\\n", "utf-8", true)`;
    const exec = `while (!io.fileExists(${JSON.stringify(done)})) { ${line}; sleep(50, true) }; __pm.port = ROJOB.PORT`;
    const uuid = await submit(a, job(exec, { retries: 3 }));
    const beatsOf = (node: BrokerNode): number =>
      (existsSync(beats) ? readFileSync(beats, "utf8") : "").split("\n").filter((port) => node.url.endsWith(`:${port}`))
        .length;
    await until(async () => beatsOf(a) > 0, "the run");
    await b.start();
    a.wire.cut();
    await until(async () => beatsOf(b) > 0, "the run on the other node");
    const before = beatsOf(a);
    a.wire.mend();
    let last = -1;
    await until(async () => {
      const [earlier, now] = [last, (last = beatsOf(a))];
      await pause(500);
      return earlier === now;
    }, "the end of the run on the node that was cut off");
    expect(last).toBeGreaterThanOrEqual(before);
    writeFileSync(done, "");
    const record = (await a.ask("GET", `/v1/runs/${uuid}?wait=60`)).json;
    expect(record).toMatchObject({ state: "done", attempt: 2 });
    expect(record.route).toContain(nameOf(b));
    expect((await a.ask("GET", `/v1/runs/${uuid}/result`)).json).toEqual({ port: new URL(b.url).port });
  });
});

describe.each(["redis", "etcd3"] as const)("a node that has a run of %s again which it still executes", (type) => {
  const test = brokerProgram(type) === undefined ? it.skip : it;

  test("ends the execution whose claim was lost, then executes the run again, and keeps the end of that", async () => {
    const broker = await startBrokerOf(type);
    const node = await brokerNodeHere(type, broker.port, ["WORKERS=2"]);
    await node.start();
    const other = queueAt(type, broker.port, "rojob");
    const expiry = expiryAt(type, broker.port, "rojob");
    await other.start();
    onTestFinished(() => other.close());
    onTestFinished(() => expiry.close());
    const [trace, done] = [join(node.work, "trace"), join(node.work, "done")];
    const exec = `var number = Math.random(); io.writeFileString(${JSON.stringify(trace)}, number + "\\n", "utf-8", true)
${untilFile(done)}
__pm.number = String(number)`;
    const uuid = await submit(node, job(exec, { retries: 5 }));
    const begun = (): string[] => (existsSync(trace) ? readFileSync(trace, "utf8").trim().split("\n") : []);
    for (const attempt of [1, 2, 3]) {
      await until(async () => begun().length >= attempt, `execution ${attempt}`);
      expect(await other.get(uuid)).toMatchObject({ state: "running", attempt });
      if (attempt === 3) break;
      await expiry.expire(uuid);
      await other.maintain();
    }
    writeFileSync(done, "");
    const record = (await node.ask("GET", `/v1/runs/${uuid}?wait=20`)).json;
    expect(record).toMatchObject({ state: "done", attempt: 3 });
    expect(begun()).toHaveLength(3);
    expect((await node.ask("GET", `/v1/runs/${uuid}/result`)).json).toEqual({ number: begun()[2] });
  });
});
