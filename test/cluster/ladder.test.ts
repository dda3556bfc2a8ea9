import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { eventually, Gate, job, TestCluster, type TestNode, untilRunning } from "./nodes.js";

/** A run that tells where it is, and ends when the gate is open. */
const held = (gate: Gate): string => job(`print('on ' + ROJOB.PORT); ${gate.code}; __pm.port = ROJOB.PORT`);
/** What is not said of their processes. */
const HERE = { isHere: true };
const SHORT = job("sleep(50, true); __pm.port = ROJOB.PORT");

interface Reply {
  status: number;
  route: string;
  port: string | undefined;
  uuid: string;
  json: any;
}

async function run(node: TestNode, text: string): Promise<Reply> {
  const { status, headers, json } = await node.request("POST", "/ojob", text);
  const route = headers.get("x-rojob-route") ?? "";
  return { status, route, port: json?.port, uuid: headers.get("x-rojob-uuid") ?? "", json };
}

const many = (count: number, node: TestNode, text: string) =>
  Promise.all(Array.from({ length: count }, () => run(node, text)));

describe("three nodes that know each other", () => {
  let cluster: TestCluster;
  let a: TestNode;
  let b: TestNode;
  let c: TestNode;
  beforeAll(async () => {
    cluster = await TestCluster.of(3, HERE);
    [a, b, c] = cluster.nodes as [TestNode, TestNode, TestNode];
  });
  afterAll(() => cluster?.close());

  it("a busy node has runs executed by idle peers, says which way they went and has their output", async () => {
    const gate = new Gate(cluster.folder);
    const started = many(3, a, held(gate));
    await untilRunning([a, b, c]);
    gate.open();
    const replies = await started;
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(replies.map(({ route }) => route).sort()).toEqual(
      [
        `${a.identity}>worker`,
        `${a.identity}>peer ${b.identity}>worker`,
        `${a.identity}>peer ${c.identity}>worker`,
      ].sort(),
    );
    for (const { uuid, port, route } of replies) {
      expect(uuid).toContain(`-${a.port}-`);
      if (route.includes("peer")) expect(route).toContain(`:${port}>`);
      await eventually(async () => {
        const { text } = await a.request("GET", `/v1/runs/${uuid}/log`);
        return text === `on ${port}\n` ? undefined : `the log is ${JSON.stringify(text)}`;
      });
      // The record tells where a worker was looked for.
      const { json } = await a.request("GET", `/v1/runs/${uuid}`);
      expect(json.route).toBe(route);
      expect(json.tried.at(-1)).toMatchObject({ outcome: "taken", rung: route.includes("peer") ? "peer" : "local" });
    }
  });

  it("what waits at a busy node is fetched by the peers that become free", async () => {
    const [first, second] = [new Gate(cluster.folder), new Gate(cluster.folder)];
    const round = many(3, a, held(first));
    await untilRunning([a, b, c]);
    const waiting = many(3, a, held(second));
    await eventually(async () => {
      const { waiting } = await a.load();
      return waiting === 3 ? undefined : `${waiting} runs wait`;
    });
    first.open();
    await round;
    await untilRunning([a, b, c]);
    second.open();
    const ports = [...(await round), ...(await waiting)].map(({ port }) => port);
    for (const node of [a, b, c]) expect(ports.filter((port) => port === String(node.port)).length).toBe(2);
  });

  it("a peer that gets a run never passes it on, however busy it is", async () => {
    const replies = (await Promise.all([a, b, c].map((node) => many(4, node, SHORT)))).flat();
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    for (const { route } of replies) expect(route.match(/peer/g)?.length ?? 0).toBeLessThan(2);
  });

  it("management jobs are about the node that was asked: they stay", async () => {
    const gate = new Gate(cluster.folder);
    const busy = many(3, a, held(gate));
    await untilRunning([a, b, c]);
    const answer = await a.request("POST", "/run", "rojob/echo.yaml");
    gate.open();
    expect(answer.headers.get("x-rojob-route")).toBe(`${a.identity}>worker`);
    await busy;
  });

  it("asynchronous runs go to peers, too; state, result, log and kill work from any node", async () => {
    const gate = new Gate(cluster.folder);
    const body = JSON.stringify({ ojob: held(gate), async: true });
    const runs = await Promise.all(Array.from({ length: 3 }, () => a.request("POST", "/v1/runs", body)));
    // Two of them may be at one node: the extra worker of the management job may still be there.
    await eventually(async () => {
      const counts = await Promise.all([a, b, c].map((node) => node.load().then(({ running }) => running)));
      return counts.reduce((sum, count) => sum + count) === 3 ? undefined : `${counts} runs are executed`;
    });
    gate.open();
    const ports = new Set<string>();
    for (const { status, json } of runs) {
      expect(status).toBe(202);
      for (const node of [b, c]) {
        const ended = await node.request("GET", `/v1/runs/${json.uuid}?wait=60`);
        expect(ended.json).toMatchObject({ state: "done", node: a.identity });
        const result = await node.request("GET", `/v1/runs/${json.uuid}/result`);
        ports.add(result.json.port);
        const log = await node.request("GET", `/v1/runs/${json.uuid}/log?follow=true`, undefined, {
          headers: { accept: "text/plain" },
        });
        expect(log.text).toBe(`on ${result.json.port}\n`);
      }
    }
    expect(ports.size).toBeGreaterThan(1);
    const unknown = await b.request("GET", `/v1/runs/localhost-${a.port}-1`);
    expect([unknown.status, unknown.json.code]).toEqual([404, "unknown_run"]);
    const removed = await c.request("DELETE", `/v1/runs/${runs[0]!.json.uuid}?forget=true`);
    expect(removed.status).toBe(204);
    expect((await a.request("GET", `/v1/runs/${runs[0]!.json.uuid}`)).status).toBe(404);
  });

  it("a run that one peer has of another is killed from the third", async () => {
    const endless = job("for (;;) sleep(50, true)");
    // The extra worker of the management job may still be there.
    const started = [run(a, endless), run(a, endless), run(a, endless)];
    const listed = () =>
      c.nodes().then((nodes) => nodes.flatMap(({ port, runs }) => runs.map((uuid) => ({ port, uuid }))));
    let there = "";
    await eventually(async () => {
      const incomingRuns = (await listed()).filter(({ port, uuid }) => port !== a.port && uuid.includes(`-${a.port}-`));
      // One of an earlier test may still be listed: what a node has is known elsewhere a second later.
      for (const { uuid } of incomingRuns)
        if ((await c.request("GET", `/v1/runs/${uuid}`)).json.state === "running") there = uuid;
      return there !== "" ? undefined : `not listed: ${JSON.stringify(await c.nodes())}`;
    });
    const killed = await c.request("DELETE", `/v1/runs/${there}`);
    expect([killed.status, killed.json]).toMatchObject([200, { state: "killed" }]);
    // One that still waits for a worker is not listed before it has begun: only the replies say that all are over.
    let replies: Reply[] | undefined;
    void Promise.all(started).then((all) => (replies = all));
    await eventually(async () => {
      for (const { uuid } of await listed()) await c.request("DELETE", `/v1/runs/${uuid}`);
      return replies === undefined ? "some are left" : undefined;
    });
    expect(replies!.map(({ status, json }) => [status, json.code])).toEqual(started.map(() => [500, "run_killed"]));
  });
});

describe("a full cluster", () => {
  it("refuses at once with FORK=false and BACKLOG=0, and says when to come again", async () => {
    const cluster = await TestCluster.of(2, { ...HERE, options: ["BACKLOG=0"] });
    onTestFinished(() => cluster.close());
    const [a, b] = cluster.nodes as [TestNode, TestNode];
    const gate = new Gate(cluster.folder);
    const busy = many(2, a, held(gate));
    await eventually(async () => {
      const nodes = await a.nodes();
      return nodes.every(({ load }) => load.free === 0) ? undefined : "not busy yet";
    });
    for (const node of [a, b]) {
      const answer = await node.request("POST", "/ojob", SHORT);
      expect([answer.status, answer.json.code]).toEqual([503, "busy"]);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    gate.open();
    expect((await busy).map(({ status }) => status)).toEqual([200, 200]);
  });

  it("asks its fallbacks in their order, then forks", async () => {
    const cluster = new TestCluster();
    onTestFinished(() => cluster.close());
    const [first, second, wrong] = await Promise.all([
      cluster.start({ ...HERE, options: ["CNAME=other"] }),
      cluster.start({ ...HERE, options: ["CNAME=third"] }),
      cluster.start({ ...HERE, options: ["CNAME=fourth"], key: "another-key-of-the-tests" }),
    ]);
    const list = [wrong, first, second].map(({ identity }) => identity).join(",");
    const node = await cluster.start({ ...HERE, options: [`FALLBACKS=${list}`, "FORK=true", "MAXFORKS=1"] });
    const replies: Promise<Reply>[] = [];
    const gate = new Gate(cluster.folder);
    for (let i = 0; i < 4; i++) {
      const there = join(cluster.folder, `there-${i}`);
      replies.push(run(node, job(`io.writeFileString("${there}", ""); ${gate.code}; __pm.port = ROJOB.PORT`)));
      await eventually(async () => (existsSync(there) ? undefined : `run ${i} has not begun`));
    }
    gate.open();
    const ports = (await Promise.all(replies)).map(({ port }) => port);
    expect(ports).toEqual([node, first, second, node].map(({ port }) => String(port)));
    expect((await Promise.all(replies))[1]!.route).toBe(`${node.identity}>peer ${first.identity}>worker`);
    // Strangers help, they are no peers.
    expect(await node.peers()).toEqual([]);
    await eventually(async () =>
      /FALLBACKS: a node rejects runs of this node; it needs the same key/.test(node.said) ? undefined : node.said,
    );
  });

  it("a peer with RUNONLY=true takes only what is in its own run folder", async () => {
    const cluster = new TestCluster();
    onTestFinished(() => cluster.close());
    const folder = join(cluster.folder, "run");
    mkdirSync(folder);
    const [first, second] = [new Gate(cluster.folder), new Gate(cluster.folder)];
    writeFileSync(join(folder, "slow.yaml"), held(first));
    const options = [`RUN=${folder}`];
    const a = await cluster.start({ ...HERE, options: [...options, "BACKLOG=0"] });
    const b = await cluster.join({ ...HERE, options: [...options, "RUNONLY=true"] });
    await cluster.together();
    const named = () => a.request("POST", "/run", "slow.yaml");
    const started = [named(), named()];
    await untilRunning([a, b]);
    first.open();
    const both = await Promise.all(started);
    expect(both.map(({ json }) => json.port).sort()).toEqual([String(a.port), String(b.port)].sort());
    const busy = run(a, held(second));
    await untilRunning([a]);
    const posted = await run(a, SHORT);
    second.open();
    expect(posted.json.code).toBe("busy");
    await busy;
  });
});

describe("stopall", () => {
  it("stops every node of the cluster", async () => {
    const cluster = new TestCluster();
    onTestFinished(() => cluster.close());
    const process = await cluster.start();
    const [asked] = [await cluster.join(HERE), await cluster.join(HERE)];
    await cluster.together();
    const { status } = await asked.request("POST", "/run", "rojob/stopall.yaml");
    expect(status).toBe(200);
    await Promise.all(cluster.nodes.map(({ ended }) => ended));
    expect(process.child.exitCode).toBe(0);
  });
});
