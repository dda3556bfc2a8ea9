import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { PeerHttp } from "../../service/cluster/peer-http.js";
import { PeerKey } from "../../service/cluster/peer-key.js";
import { QUEUED } from "../../service/cluster/peer-queues.js";
import type { QueuedRun } from "../../service/runs/record.js";
import { eventually, job, KEY, TestCluster, type TestNode } from "./nodes.js";

const TIMEOUT_MS = 60_000;
const TAGGED = job("io.writeFileString(args.file, args.tag + '\\n', 'utf-8', true); __pm.port = ROJOB.PORT");
/** Keeps the only worker of a node busy. */
const busy = (ms: number): string => job(`sleep(${ms}, true)`);
/** It is told to stop soon, and what waits cannot be run within its grace. */
const BRIEF = ["KILLGRACE=700"];

async function clusterOf(count: number, options = BRIEF): Promise<TestCluster> {
  const cluster = await TestCluster.of(count, { options });
  onTestFinished(() => cluster.close());
  return cluster;
}

async function submit(node: TestNode, ojob: string, args: object = {}): Promise<string> {
  const { status, json, text } = await node.request("POST", "/v1/runs", JSON.stringify({ ojob, args, async: true }), {
    headers: { "content-type": "application/json" },
  });
  expect(status, text).toBe(202);
  return json.uuid;
}

/** Keeps nodes busy for some time. */
async function occupy(ms: number, ...nodes: TestNode[]): Promise<void> {
  for (const node of nodes) {
    const uuid = await submit(node, busy(ms));
    await eventually(async () => {
      const { json } = await node.request("GET", `/v1/runs/${uuid}`);
      return json.state === "running" ? undefined : `a run that keeps a node busy is ${json.state}`;
    });
  }
}

/** Runs that leave their tag in a file. */
async function waitingRuns(
  cluster: TestCluster,
  node: TestNode,
  count: number,
): Promise<{ uuids: string[]; file: string }> {
  const file = join(cluster.folder, `tags-${randomUUID()}`);
  writeFileSync(file, "");
  const uuids: string[] = [];
  for (let tag = 0; tag < count; tag++) uuids.push(await submit(node, TAGGED, { file, tag: `tag-${tag}` }));
  return { uuids, file };
}

const tags = (file: string): string[] => readFileSync(file, "utf8").split("\n").filter(Boolean).sort();
const allTags = (count: number): string[] => Array.from({ length: count }, (_, tag) => `tag-${tag}`).sort();
const spoolOf = ({ work }: TestNode): string[] =>
  readdirSync(join(work, ".rojob")).filter((name) => /^[^.].*\.rojob$/.test(name));

async function done(node: TestNode, uuids: readonly string[]): Promise<void> {
  await eventually(async () => {
    for (const uuid of uuids) {
      const { status, json } = await node.request("GET", `/v1/runs/${uuid}`);
      if (status !== 200 || json.state !== "done")
        return `run ${uuid} is ${status} ${json?.state}: ${node.said.slice(-2000)}`;
    }
    return undefined;
  }, 30_000);
}

/** A node that was killed while runs waited, and its spool as it was. */
async function killedWithRuns(cluster: TestCluster, node: TestNode, count: number) {
  const runs = await waitingRuns(cluster, node, count);
  node.signal("SIGKILL");
  await node.ended;
  return { ...runs, again: () => cluster.join({ work: node.work, port: node.port, options: BRIEF }) };
}

/** Writes to a spool that a run was being given to a node. */
function mark({ work }: TestNode, uuid: string, to: string): { run: QueuedRun; id: string } {
  const file = join(work, ".rojob", `${uuid}.rojob`);
  const run = JSON.parse(readFileSync(file, "utf8")) as QueuedRun;
  const id = randomUUID();
  writeFileSync(file, JSON.stringify({ ...run, handOver: { id, to } }));
  return { run, id };
}

async function sendRun(
  to: TestNode,
  run: QueuedRun,
  id: string,
  cname = "rojob",
): Promise<{ status: number; body: string }> {
  const http = new PeerHttp(new PeerKey(KEY, randomUUID()));
  onTestFinished(() => http.close());
  const target = `${QUEUED}/${id}?${new URLSearchParams({ from: "127.0.0.1:9", cname })}`;
  return http.send({ host: "127.0.0.1", port: to.port }, "POST", target, { body: JSON.stringify(run) });
}

describe("a node that stops", { timeout: TIMEOUT_MS }, () => {
  it("hands what waits to a peer, which runs each exactly once and tells of them by their ids", async () => {
    const cluster = await clusterOf(2);
    const [peer, node] = cluster.nodes as [TestNode, TestNode];
    await occupy(6000, peer, node);
    const { uuids, file } = await waitingRuns(cluster, node, 20);
    await node.stop();
    expect(node.said).toContain("runs that waited were handed over");
    expect(spoolOf(node)).toEqual([]);
    const { json } = await peer.request("GET", `/v1/runs/${uuids[0]}`);
    expect(json).toMatchObject({ uuid: uuids[0], state: "accepted", node: peer.identity });
    await done(peer, uuids);
    expect(tags(file)).toEqual(allTags(20));
    const again = await cluster.join({ work: node.work, port: node.port, options: BRIEF });
    await done(again, uuids);
    expect((await again.request("GET", `/v1/runs/${uuids[3]}/result`)).json).toMatchObject({ port: String(peer.port) });
    expect(tags(file)).toEqual(allTags(20));
  });

  it("without a peer keeps what waits for its next life", async () => {
    const cluster = await clusterOf(1);
    const [node] = cluster.nodes as [TestNode];
    await occupy(6000, node);
    const { uuids, file } = await waitingRuns(cluster, node, 3);
    await node.stop();
    expect(node.said).toContain("runs that wait stay in the work folder");
    expect(spoolOf(node)).toHaveLength(3);
    const again = await cluster.start({ work: node.work, port: node.port });
    await done(again, uuids);
    expect(tags(file)).toEqual(allTags(3));
  });

  it("hands what one peer refuses to another", async () => {
    const cluster = await clusterOf(2);
    const [taker, node] = cluster.nodes as [TestNode, TestNode];
    const refuser = await cluster.join({ options: [...BRIEF, "RUNONLY=true", "WORKERS=1"] });
    await cluster.together();
    await occupy(6000, taker, node);
    const { uuids, file } = await waitingRuns(cluster, node, 4);
    await node.stop();
    expect(spoolOf(node)).toEqual([]);
    expect(spoolOf(refuser)).toEqual([]);
    await done(taker, uuids);
    expect(tags(file)).toEqual(allTags(4));
  });

  it("that could not hear whether a run was taken asks when it starts again, and runs nothing twice", async () => {
    const cluster = await clusterOf(2);
    const [peer, node] = cluster.nodes as [TestNode, TestNode];
    await occupy(6000, peer, node);
    const { uuids, file } = await waitingRuns(cluster, node, 3);
    node.signal("SIGTERM");
    await new Promise((resume) => setTimeout(resume, 600));
    peer.signal("SIGSTOP");
    await node.ended;
    expect(node.said).toContain("runs were sent to nodes that did not answer");
    const again = cluster.join({ work: node.work, port: node.port, options: BRIEF });
    await new Promise((resume) => setTimeout(resume, 500));
    peer.signal("SIGCONT");
    const next = await again;
    await done(next, uuids);
    await done(peer, uuids);
    expect(tags(file)).toEqual(allTags(3));
    await eventually(async () => {
      const left = [...spoolOf(node), ...spoolOf(peer)].filter((name) => uuids.includes(name.replace(".rojob", "")));
      return left.length === 0 ? undefined : `still waiting: ${left}`;
    });
  });
});

describe("a node killed while it handed a run over", { timeout: TIMEOUT_MS }, () => {
  it("runs it itself when it was not sent, after a peer that is away has come back to say so", async () => {
    const cluster = await clusterOf(2);
    const [peer, node] = cluster.nodes as [TestNode, TestNode];
    await occupy(20_000, peer, node);
    const { uuids, file } = await killedWithRuns(cluster, node, 1);
    const { run, id } = mark(node, uuids[0]!, peer.identity);
    await peer.stop();
    const other = await cluster.start({ work: node.work, port: node.port });
    await eventually(async () =>
      other.said.includes("a run waits until the node it was sent to says") ? undefined : "it does not say why",
    );
    expect(tags(file)).toEqual([]);
    const back = await cluster.start({ work: peer.work, port: peer.port });
    await done(other, uuids);
    expect(tags(file)).toEqual(allTags(1));
    // What was on its way all the time comes too late.
    expect(JSON.parse((await sendRun(back, run, id)).body)).toEqual({ taken: false });
  });

  it("forgets it when it was taken, also when the peer keeps nothing of it any more", async () => {
    const cluster = await clusterOf(2);
    const [peer, node] = cluster.nodes as [TestNode, TestNode];
    await occupy(20_000, node);
    await occupy(1000, peer);
    const { uuids, file, again } = await killedWithRuns(cluster, node, 2);
    for (const [turn, uuid] of uuids.entries()) {
      const { run, id } = mark(node, uuid, peer.identity);
      expect(JSON.parse((await sendRun(peer, run, id)).body)).toEqual({ taken: true });
      expect(JSON.parse((await sendRun(peer, run, id)).body)).toEqual({ taken: true });
      await done(peer, [uuid]);
      if (turn === 0) expect((await peer.request("DELETE", `/v1/runs/${uuid}?forget=true`)).status).toBeLessThan(300);
    }
    const next = await again();
    await eventually(async () => (spoolOf(next).length === 0 ? undefined : `it still has ${spoolOf(next)}`));
    await done(next, uuids.slice(1));
    await new Promise((resume) => setTimeout(resume, 500));
    expect(tags(file)).toEqual(allTags(2));
  });
});

it("a run of a stranger, or of another cluster, is not taken", { timeout: TIMEOUT_MS }, async () => {
  const cluster = await clusterOf(1);
  const [node] = cluster.nodes as [TestNode];
  const record = { uuid: "n-9-1", state: "accepted", node: "127.0.0.1:9", file: "ojob", attempt: 0, retries: 0 };
  const more = {
    sourceHash: "",
    args: {},
    by: "a test",
    isAsync: true,
    priority: 0,
    acceptedAt: Date.now(),
    errors: [],
  };
  const run = { record: { ...record, ...more }, text: TAGGED, args: {} } as QueuedRun;
  const id = randomUUID();
  expect((await sendRun(node, run, id, "other")).status).toBe(409);
  const target = `${QUEUED}/${id}?${new URLSearchParams({ from: "127.0.0.1:9", cname: "rojob" })}`;
  expect((await node.request("POST", target, JSON.stringify(run))).status).toBe(401);
  expect((await sendRun(node, { ...run, record: { ...run.record, uuid: "../../x" } }, id)).status).toBe(400);
  expect(spoolOf(node)).toEqual([]);
});
