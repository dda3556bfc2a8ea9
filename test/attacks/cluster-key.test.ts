import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { eventually, TestCluster, type TestNode } from "../cluster/nodes.js";

// Three nodes are started in a test, each of which takes its time on a busy machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

let cluster: TestCluster;
afterEach(() => cluster?.close());

const PRIVATE = { key: "" };
const CLUSTERKEY = "CLUSTERKEY=key-of-the-nodes-in-this-test";

const refused = (node: TestNode) =>
  eventually(async () => (/has another key/.test(node.said) ? undefined : node.said), 120_000);

it("nodes without a key that share a work folder make one key for themselves, and say what is open to whom", async () => {
  cluster = new TestCluster();
  const first = await cluster.start(PRIVATE);
  await cluster.start({ ...PRIVATE, work: first.work });
  await cluster.together(undefined, 120_000);
  const file = join(first.work, ".rojob/clusterkey");
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(first.said).toContain("access of clients: every program that reaches 127.0.0.1:");
  expect(first.said).toContain("of nodes: those with the key in WORK/.rojob/clusterkey");
  for (const { said } of cluster.nodes) expect(said).not.toContain(readFileSync(file, "utf8").trim());
});

it("nodes without a key know each other elsewhere only by CLUSTERKEY", async () => {
  cluster = new TestCluster();
  await cluster.start({ ...PRIVATE, options: [CLUSTERKEY] });
  await cluster.join({ ...PRIVATE, options: [CLUSTERKEY] });
  await cluster.together(undefined, 120_000);
  const stranger = await cluster.join(PRIVATE);
  await refused(stranger);
  expect(stranger.said).toContain("CDISC with PRIVATE");
  expect(await stranger.peers()).toEqual([]);
  await cluster.together(cluster.nodes.slice(0, 2), 120_000);
});

it("with CLUSTERKEY the key of the clients makes nobody a node", async () => {
  cluster = new TestCluster();
  const first = await cluster.start({ options: [CLUSTERKEY] });
  const stranger = await cluster.join();
  await refused(stranger);
  expect(await first.peers()).toEqual([]);
  expect(existsSync(join(first.work, ".rojob/clusterkey"))).toBe(false);
});
