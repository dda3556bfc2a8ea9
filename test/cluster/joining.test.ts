import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { RoJobClient } from "../../service/client/index.js";
import { Heartbeats } from "../../service/cluster/heartbeats.js";
import { Membership } from "../../service/cluster/membership.js";
import { timingOf } from "../../service/cluster/timing.js";
import { eventually, failingNode, Gate, job, KEY, TestCluster, type TestNode, untilRunning } from "./nodes.js";

/** Takes a port that nobody has. */
async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** For nodes whose process does not matter. */
const HERE = { isHere: true };

function used(cluster: TestCluster): TestCluster {
  onTestFinished(() => cluster.close());
  return cluster;
}

describe("a cluster", () => {
  it("comes together from the pid files of a shared work folder, and forgets who stops at once", async () => {
    const cluster = used(new TestCluster());
    const given = { work: join(cluster.folder, "shared") };
    const [a, b, c] = await Promise.all([
      cluster.start({ ...HERE, ...given }),
      cluster.start(given),
      cluster.start({ ...HERE, ...given }),
    ]);
    await cluster.together();
    await c.stop();
    // It is not missed first: that would take NODETIMEOUT.
    await eventually(async () => ((await a.peers()).join() === b.identity ? undefined : "still listed"), 30_000);
    await eventually(async () => (/a node left/.test(a.said) ? undefined : a.said));
  });

  it("comes together over CDISC, and over addnode; what is not there or not of it is told", async () => {
    const cluster = used(new TestCluster());
    const a = await cluster.start(HERE);
    const b = await cluster.join(HERE);
    const lonely = await cluster.start(HERE);
    await cluster.together([a, b]);
    const added = await lonely.request("POST", "/v1/nodes", JSON.stringify({ host: "localhost", port: b.port }));
    expect([added.status, added.json.nodes.length]).toEqual([200, 3]);
    await cluster.together();

    const nobody = await a.request("POST", "/v1/nodes", JSON.stringify({ host: "127.0.0.1", port: await freePort() }));
    expect([nobody.status, nobody.json.code]).toEqual([502, "peer_unreachable"]);
    const server = createServer((_request, response) => response.writeHead(404).end("<html>")).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const other = await a.request("POST", "/v1/nodes", JSON.stringify({ host: "127.0.0.1", port }));
    expect([other.status, other.json.code]).toEqual([502, "peer_refused"]);
  });

  it("keeps out a node of another CNAME, of another key and without a key, and both sides say so", async () => {
    const cluster = used(new TestCluster());
    const a = await cluster.start(HERE);
    const [name, key, open] = await Promise.all([
      cluster.join({ ...HERE, options: ["CNAME=other"] }),
      cluster.join({ ...HERE, key: "another-key-of-the-tests" }),
      cluster.join({ ...HERE, key: "" }),
    ]);
    const says = (node: typeof a, wanted: RegExp) =>
      eventually(async () => (wanted.test(node.said) ? undefined : `no ${wanted} in ${node.said}`));
    await says(name, /rejects this node: Node localhost:\d+ belongs to cluster 'other', this node to 'rojob'/);
    await says(a, /belongs to cluster 'other', this node to 'rojob'/);
    await says(key, /has another key \(CLUSTERKEY, or APIKEY without it\): No key of this node has the id/);
    await says(open, /has another key \(CLUSTERKEY, or APIKEY without it\): No key of this node has the id/);
    await new Promise((resume) => setTimeout(resume, 500));
    for (const node of [a, name, key, open]) expect(await node.peers()).toEqual([]);
    const refused = await a.request("POST", "/v1/nodes", JSON.stringify({ host: "localhost", port: name.port }));
    expect([refused.status, refused.json.code]).toEqual([502, "peer_refused"]);
    expect(refused.json.detail).toContain("'other'");
    // Messages of strangers move nothing, and tell nothing.
    const stranger = await a.request("POST", "/v1/cluster/beats", "{}");
    expect(stranger.status).toBe(401);
  });

  it("lets in a node whose clock is four minutes off, and runs go both ways", async () => {
    const cluster = used(new TestCluster());
    const a = await cluster.start(HERE);
    const late = await cluster.join({ nodeArguments: ["--import", skewedClock(-240_000)] });
    await cluster.together();
    for (const [from, to] of [
      [a, late],
      [late, a],
    ] as const) {
      const client = new RoJobClient({ url: from.url, apiKey: KEY });
      const gate = new Gate(cluster.folder);
      const port = job(`${gate.code}; __pm.port = ROJOB.PORT`);
      const before = Date.now();
      const both = [client.exec(port), client.exec(port)];
      await untilRunning([from, to]);
      gate.open();
      const replies = await Promise.all(both);
      expect(replies.map(({ result }) => (result as { port: string }).port).sort()).toEqual(
        [String(from.port), String(to.port)].sort(),
      );
      // Times are those of the node that was asked.
      for (const { timings } of replies) {
        const acceptedAt = timings.acceptedAt + (from === late ? 240_000 : 0);
        expect(acceptedAt).toBeGreaterThanOrEqual(before - 1);
        expect(acceptedAt).toBeLessThanOrEqual(Date.now() + 1);
      }
    }
  });
});

describe("two nodes with one identity", () => {
  let cluster: TestCluster;
  let a: TestNode;
  beforeAll(async () => {
    cluster = new TestCluster();
    a = await cluster.start(HERE);
  });
  afterAll(() => cluster?.close());

  it("the later one does not start, although it listens elsewhere and has its own work folder", async () => {
    const twin = { port: a.port, options: ["LISTEN=127.0.0.2", "HOST=localhost"] };
    const { code, said } = await failingNode(cluster.folder, twin);
    expect(code).not.toBe(0);
    expect(said).toContain(`localhost:${a.port} is already another node`);
    expect(a.isRunning).toBe(true);
  });

  it("one that was killed may come back at once", async () => {
    const b = await cluster.join();
    await cluster.together();
    b.signal("SIGKILL");
    await b.ended;
    await cluster.join({ ...HERE, port: b.port });
    await cluster.together();
    expect(a.said).not.toMatch(/a node is dead/);
  });
});

describe("a node that asks to be let in", () => {
  let heartbeats: Heartbeats;
  const errors: string[] = [];
  /** Who answers at the address that is asked. */
  let answering = "";
  beforeAll(() => {
    const self = { host: "10.0.0.1", port: 1, cname: "c", id: "a", life: 1, version: "1", load: idle, runs: () => [] };
    const timing = timingOf(1000);
    const log = {
      debug() {},
      info() {},
      warn() {},
      error: (...said: unknown[]) => void errors.push(String(said[1])),
    };
    heartbeats = new Heartbeats({
      membership: new Membership(self, timing),
      timing,
      http: { send: async () => ({ status: 200, headers: {}, body: JSON.stringify({ id: answering }) }) } as never,
      discover: async () => [],
      onMessage() {},
      log,
    });
  });
  afterAll(() => heartbeats.stop());
  const beat = (host: string) => ({
    cname: "c",
    from: { host, port: 2, id: "b", life: 1, beat: 1, state: "alive", load: idle(), version: "1", ageMs: 0 },
    members: [],
  });

  it("is refused when it asks from another machine and calls itself by a loopback address", async () => {
    await expect(heartbeats.receive(beat("localhost"), "10.0.0.2")).rejects.toMatchObject({ code: "loopback_peer" });
    await expect(heartbeats.receive(beat("127.0.0.1"), "::ffff:10.0.0.2")).rejects.toMatchObject({
      code: "loopback_peer",
    });
    expect(errors.join()).toMatch(/loopback address as HOST: rejected/);
    expect((await heartbeats.receive(beat("localhost"), "::ffff:127.0.0.1")).from.host).toBe("10.0.0.1");
    expect((await heartbeats.receive(beat("10.0.0.2"), "10.0.0.2")).from.host).toBe("10.0.0.1");
  });

  it("is asked who it is when another is known by its name: who answers there counts", async () => {
    await heartbeats.receive(beat("10.0.0.5"), "10.0.0.5");
    const later = { ...beat("10.0.0.5"), from: { ...beat("10.0.0.5").from, id: "later", life: 2 } };
    answering = "b";
    await expect(heartbeats.receive(later, "10.0.0.6")).rejects.toMatchObject({ code: "identity_taken" });
    answering = "later";
    expect((await heartbeats.receive(later, "10.0.0.6")).from.host).toBe("10.0.0.1");
  });

  it("and one with our own identity is refused, as is a message that makes no sense", async () => {
    const twin = { ...beat("10.0.0.1"), from: { ...beat("10.0.0.1").from, port: 1 } };
    await expect(heartbeats.receive(twin, "10.0.0.2")).rejects.toMatchObject({ code: "identity_taken" });
    await expect(heartbeats.receive({ cname: "c" }, "10.0.0.2")).rejects.toMatchObject({ code: "peer_not_understood" });
    await expect(heartbeats.receive({ ...beat("10.0.0.2"), cname: "d" }, "10.0.0.2")).rejects.toMatchObject({
      code: "other_cluster",
    });
  });
});

function idle() {
  return { free: 1, waiting: 0, running: 0, forks: 0, draining: false };
}

/** A module that shifts the clock of the process that loads it. */
function skewedClock(ms: number): string {
  const code = `const { now } = Date; const D = Date; globalThis.Date = class extends D {
    constructor(...a) { if (a.length === 0) super(now() + ${ms}); else super(...a); } static now() { return now() + ${ms}; } };`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
