import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { PeerHttp } from "../../service/cluster/peer-http.js";
import { PeerKey } from "../../service/cluster/peer-key.js";
import { QUEUED_PATH } from "../../service/cluster/peer-queues.js";
import type { QueuedRun } from "../../service/model/record.js";
import { eventually, Gate, job, KEY, TestCluster, type TestNode } from "./nodes.js";

const TAGGED = job("io.writeFileString(args.file, args.tag + '\\n', 'utf-8', true); __pm.port = ROJOB.PORT");
/** What waits cannot be run within its grace, which is long enough for a busy machine to hand it over. */
const BRIEF = ["KILLGRACE=4000"];
/** A node that is not killed, and whose process does not matter. */
const HERE = { options: BRIEF, isHere: true };

function newCluster(): TestCluster {
  const cluster = new TestCluster();
  onTestFinished(() => cluster.close());
  return cluster;
}

/** Two nodes that know each other; the second one has a process of its own. */
async function peerAndProcess(): Promise<{ cluster: TestCluster; peer: TestNode; node: TestNode }> {
  const cluster = newCluster();
  const peer = await cluster.start(HERE);
  const node = await cluster.join({ options: BRIEF });
  await cluster.together();
  return { cluster, peer, node };
}

async function submit(node: TestNode, ojob: string, args: object = {}): Promise<string> {
  const { status, json, text } = await node.request("POST", "/v1/runs", JSON.stringify({ ojob, args, async: true }), {
    headers: { "content-type": "application/json" },
  });
  expect(status, text).toBe(202);
  return json.uuid;
}

/** Keeps the only worker of each node busy until the gate is open. */
async function occupy(cluster: TestCluster, ...nodes: TestNode[]): Promise<Gate> {
  const gate = new Gate(cluster.folder);
  for (const node of nodes) {
    const uuid = await submit(node, job(gate.code));
    await eventually(async () => {
      const { json } = await node.request("GET", `/v1/runs/${uuid}`);
      return json.state === "running" ? undefined : `a run that keeps a node busy is ${json.state}`;
    });
  }
  return gate;
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

/** Stands before a node at 127.0.0.2; answers to runs that are handed over get lost until it is mended. */
async function deafDoor(): Promise<{ port: number; mend(): void }> {
  let isDeaf = true;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.2");
    let isMute = false;
    near.on("data", (chunk) => {
      isMute ||= isDeaf && chunk.includes(`POST ${QUEUED_PATH}/`);
      far.write(chunk);
    });
    far.on("data", (chunk) => void (isMute || near.write(chunk)));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on("error", () => undefined); // shows as its close
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port, mend: () => void (isDeaf = false) };
}

/**
 * What a node that has stopped gave away: there is some. It has a few seconds for it, in which a busy machine may not get
 * all of it done; the rest stays in its work folder.
 */
function handedOver(node: TestNode, uuids: readonly string[]): string[] {
  expect(node.said).toContain("handed over waiting runs");
  const left = new Set(spoolOf(node));
  const handed = uuids.filter((uuid) => !left.has(`${uuid}.rojob`));
  expect(handed).not.toEqual([]);
  return handed;
}

async function done(node: TestNode, uuids: readonly string[]): Promise<void> {
  await eventually(async () => {
    for (const uuid of uuids) {
      const { status, json } = await node.request("GET", `/v1/runs/${uuid}`);
      if (status !== 200 || json.state !== "done")
        return `run ${uuid} is ${status} ${json?.state}: ${node.said.slice(-2000)}`;
    }
    return undefined;
  });
}

/** A node that was killed while runs waited, and its spool as it was. */
async function killedWithRuns(cluster: TestCluster, node: TestNode, count: number) {
  const runs = await waitingRuns(cluster, node, count);
  node.signal("SIGKILL");
  await node.ended;
  return { ...runs, again: () => cluster.join({ ...HERE, work: node.work, port: node.port }) };
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
  const target = `${QUEUED_PATH}/${id}?${new URLSearchParams({ from: "127.0.0.1:9", cname })}`;
  return http.send({ host: "127.0.0.1", port: to.port }, "POST", target, { body: JSON.stringify(run) });
}

describe("a node that stops", () => {
  it("hands what waits to a peer, which runs each exactly once and tells of them by their ids", async () => {
    const { cluster, peer, node } = await peerAndProcess();
    const gate = await occupy(cluster, peer, node);
    const { uuids, file } = await waitingRuns(cluster, node, 20);
    await node.stop();
    const handed = handedOver(node, uuids);
    const { json } = await peer.request("GET", `/v1/runs/${handed[0]}`);
    expect(json).toMatchObject({ uuid: handed[0], state: "accepted", node: peer.identity });
    gate.open();
    await done(peer, handed);
    // The answer for some may have come too late for their node: it asks for them at its next start.
    expect(tags(file).length).toBeGreaterThanOrEqual(handed.length);
    const again = await cluster.join({ ...HERE, work: node.work, port: node.port });
    await done(again, uuids);
    expect((await again.request("GET", `/v1/runs/${handed.at(-1)}/result`)).json).toMatchObject({
      port: String(peer.port),
    });
    expect(tags(file)).toEqual(allTags(20));
  });

  it("without a peer keeps what waits for its next life", async () => {
    const cluster = newCluster();
    const node = await cluster.start(HERE);
    const gate = await occupy(cluster, node);
    const { uuids, file } = await waitingRuns(cluster, node, 3);
    await node.stop();
    gate.open();
    expect(node.said).toContain("waiting runs stay in the work folder");
    expect(spoolOf(node)).toHaveLength(3);
    const again = await cluster.start({ work: node.work, port: node.port, isHere: true });
    await done(again, uuids);
    expect(tags(file)).toEqual(allTags(3));
  });

  it("hands what one peer refuses to another", async () => {
    const cluster = newCluster();
    const taker = await cluster.start(HERE);
    const node = await cluster.join(HERE);
    const refuser = await cluster.join({ isHere: true, options: [...BRIEF, "RUNONLY=true"] });
    await cluster.together();
    const gate = await occupy(cluster, taker, node);
    const { uuids, file } = await waitingRuns(cluster, node, 4);
    await node.stop();
    gate.open();
    const handed = handedOver(node, uuids);
    expect(spoolOf(refuser)).toEqual([]);
    await done(taker, handed);
    const again = await cluster.join({ ...HERE, work: node.work, port: node.port });
    await done(again, uuids);
    expect(tags(file)).toEqual(allTags(4));
  });

  it("that could not hear whether a run was taken asks when it starts again, and runs nothing twice", async () => {
    const cluster = newCluster();
    const node = await cluster.start(HERE);
    const door = await deafDoor();
    const peer = await cluster.join({
      port: door.port,
      options: [...BRIEF, "LISTEN=127.0.0.2", "HOST=localhost"],
      isHere: true,
    });
    await cluster.together();
    const gate = await occupy(cluster, peer, node);
    const { uuids, file } = await waitingRuns(cluster, node, 3);
    await node.stop();
    expect(node.said).toContain("sent runs to nodes that did not reply");
    door.mend();
    const options = [...BRIEF, `CDISC=${peer.identity}`];
    const next = await cluster.start({ work: node.work, port: node.port, options, isHere: true });
    gate.open();
    await done(next, uuids);
    await done(peer, uuids);
    expect(tags(file)).toEqual(allTags(3));
    await eventually(async () => {
      const left = [...spoolOf(node), ...spoolOf(peer)].filter((name) => uuids.includes(name.replace(".rojob", "")));
      return left.length === 0 ? undefined : `still waiting: ${left}`;
    });
  });
});

describe("a node killed while it handed a run over", () => {
  it("runs it itself when it was not sent, after a peer that is away has come back to say so", async () => {
    const { cluster, peer, node } = await peerAndProcess();
    await occupy(cluster, peer, node);
    const { uuids, file } = await killedWithRuns(cluster, node, 1);
    const { run, id } = mark(node, uuids[0]!, peer.identity);
    await peer.stop();
    const other = await cluster.start({ work: node.work, port: node.port, isHere: true });
    await eventually(async () =>
      other.said.includes("a run waits for the node it was sent to") ? undefined : "it does not say why",
    );
    expect(tags(file)).toEqual([]);
    const back = await cluster.start({ work: peer.work, port: peer.port, isHere: true });
    await done(other, uuids);
    expect(tags(file)).toEqual(allTags(1));
    // What was on its way all the time comes too late.
    expect(JSON.parse((await sendRun(back, run, id)).body)).toEqual({ taken: false });
  });

  it("forgets it when it was taken, also when the peer keeps nothing of it any more", async () => {
    const { cluster, peer, node } = await peerAndProcess();
    await occupy(cluster, node);
    const gate = await occupy(cluster, peer);
    const { uuids, file, again } = await killedWithRuns(cluster, node, 2);
    for (const [turn, uuid] of uuids.entries()) {
      const { run, id } = mark(node, uuid, peer.identity);
      expect(JSON.parse((await sendRun(peer, run, id)).body)).toEqual({ taken: true });
      expect(JSON.parse((await sendRun(peer, run, id)).body)).toEqual({ taken: true });
      gate.open();
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

it("a run of a stranger, or of another cluster, is not taken", async () => {
  const node = await newCluster().start(HERE);
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
  const target = `${QUEUED_PATH}/${id}?${new URLSearchParams({ from: "127.0.0.1:9", cname: "rojob" })}`;
  expect((await node.request("POST", target, JSON.stringify(run))).status).toBe(401);
  expect((await sendRun(node, { ...run, record: { ...run.record, uuid: "../../x" } }, id)).status).toBe(400);
  expect(spoolOf(node)).toEqual([]);
});
