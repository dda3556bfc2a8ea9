import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { balancerConfig } from "../../compose/balancer.js";
import { makePlan } from "../../infra/deployment-plan.js";
import { loadDeployment } from "../../service/config/deploy/index.js";
import { eventually } from "../cluster/nodes.js";
import { freePorts, Load, RollingCluster } from "../cluster/rolling.js";
import { startBroker } from "../queue/brokers.js";
import { testWith } from "../services.js";

/**
 * Nodes that are started anew one after the other, under load: nobody notices. `ROLLING_ROUNDS=10` is the long form, in which
 * the clients make no pauses.
 */

const ROUNDS = Number(process.env["ROLLING_ROUNDS"] ?? 1);
const CLIENTS = 6;
/**
 * Between the requests of a client while a node goes, and while it comes back, ms: that takes longer, and many requests
 * show nothing then. Without pauses the load takes a fifth of the processor time of all tests.
 */
const [PAUSE_MS, CALM_PAUSE_MS] = ROUNDS > 1 ? [0, 0] : [15, 250];
/** A rolling restart of two of three nodes has each kind: one whose peers are all old, and one that has a new peer. */
const NODES = 3;
/** Nodes start six times on a machine that is busy, and each serves its clients for some seconds before it goes, ms. */
const LONGEST_MS = 20 * 60_000;
vi.setConfig({ testTimeout: LONGEST_MS });

let nodes: RollingCluster;
beforeAll(async () => {
  nodes = await RollingCluster.of(NODES);
});
afterAll(() => nodes?.close());

function loadOn({ cluster }: RollingCluster, ports: readonly number[]): Load {
  return new Load(join(cluster.folder, "executed"), ports, CLIENTS, PAUSE_MS);
}

/** Restarts nodes one after the other, the next one when the one before is ready; with requests before and after. */
async function restartUnder(load: Load, cluster: RollingCluster, which: readonly number[]): Promise<void> {
  for (const at of Array<readonly number[]>(ROUNDS).fill(which).flat()) {
    load.pauseMs = PAUSE_MS;
    await load.more(20);
    await cluster.stop(at);
    load.pauseMs = CALM_PAUSE_MS;
    await cluster.startAgain(at);
  }
  await load.more(20);
  await load.stop();
}

describe("behind HAProxy", () => {
  const servers = (ports: readonly number[], words: string): string =>
    ports.map((port, at) => `  server node${at} 127.0.0.1:${port} ${words}\n`).join("");

  testWith("haproxy", "no request fails, with the config that `rojob synth` makes", async (haproxy) => {
    const front = await balance(haproxy, (port) =>
      balancerConfig(makePlan(loadDeployment({ settings: [], cwd: nodes.cluster.folder, version: "1.2.3" })))
        .replace(/\n# Docker's own DNS[\s\S]*?\n(?=frontend)/, "\n")
        .replace(/bind :\d+/, `bind 127.0.0.1:${port}`)
        .replace(/ init-addr none/, "")
        .replace(/ {2}server-template .*\n/, servers(nodes.ports, "")),
    );
    const load = loadOn(nodes, [front]);
    await restartUnder(load, nodes, [0, 1]);
    expect(load.failures).toEqual([]);
  });

  testWith("haproxy", "no request fails, with a plain config that keeps connections to the nodes", async (haproxy) => {
    const front = await balance(
      haproxy,
      (port) => `
defaults
  mode http
  timeout connect 60s
  timeout check 60s
  timeout client 10m
  timeout server 10m
frontend clients
  bind 127.0.0.1:${port}
  default_backend nodes
backend nodes
  option httpchk GET /readyz
${servers(nodes.ports, "check inter 250ms fall 1 rise 1")}`,
    );
    const load = loadOn(nodes, [front]);
    await restartUnder(load, nodes, [2, 0]);
    expect(load.failures).toEqual([]);
  });
});

test("no request fails without a balancer: who is refused a connection takes the next node", async () => {
  const load = loadOn(nodes, nodes.ports);
  await restartUnder(load, nodes, [1, 2]);
  expect(load.failures).toEqual([]);
  // The door was closed before the node was gone, and they were there to see it.
  expect(load.refused).toBeGreaterThan(0);
});

testWith("redis-server", "nor on nodes that know each other only by their broker", async (redis) => {
  const broker = await startBroker("redis-server", redis);
  onTestFinished(() => broker.end());
  const pair = await RollingCluster.onBroker(2, `type:redis,host:127.0.0.1,port:${broker.port}`);
  onTestFinished(() => pair.close());
  const load = loadOn(pair, pair.ports);
  await restartUnder(load, pair, [0, 1]);
  expect(load.failures).toEqual([]);
  expect(load.refused).toBeGreaterThan(0);
});

/** Starts HAProxy before the nodes, and waits until it has found all of them well. @returns its port */
async function balance(haproxy: string, configFor: (port: number) => string): Promise<number> {
  const [front = 0] = await freePorts(1);
  const socket = join(nodes.cluster.folder, "haproxy.sock");
  const file = join(nodes.cluster.folder, "haproxy.cfg");
  const config = configFor(front);
  const sockets = `global\n  stats socket ${socket}\n`;
  writeFileSync(file, config.includes("\nglobal\n") ? config.replace("\nglobal\n", `\n${sockets}`) : sockets + config);
  const child = spawn(haproxy, ["-db", "-f", file], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close");
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`haproxy has ended: ${said}`);
    const stat = await statOf(socket);
    const up = stat.split("\n").filter((line) => /^nodes,node\d.*,UP,/.test(line)).length;
    return up === nodes.ports.length ? undefined : `haproxy finds ${up} nodes well: ${stat} ${said}`;
  });
  return front;
}

/** State of its servers for HAProxy; empty while it does not answer. */
function statOf(path: string): Promise<string> {
  return new Promise((resolve) => {
    let stat = "";
    connect(path)
      .on("connect", function (this: import("node:net").Socket) {
        this.end("show stat\n");
      })
      .on("data", (chunk) => (stat += chunk))
      .on("error", () => resolve(""))
      .on("close", () => resolve(stat));
  });
}
