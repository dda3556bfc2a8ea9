import { afterAll, expect, type TestContext, test } from "vitest";
import { TestNetwork } from "./network.js";
import { eventually, Gate, job, TestCluster, type TestNode, untilRunning } from "./nodes.js";

const HOST = job("__pm.host = ROJOB.HOST");
/** A run that ends when the gate is open. */
const held = (gate: Gate): string => job(`${gate.code}; __pm.host = ROJOB.HOST`);
const PORT = 8787;

interface Machines {
  network: TestNetwork;
  cluster: TestCluster;
  names: string[];
}

let started: Promise<Machines> | undefined;
let end: (() => Promise<void>) | undefined;
afterAll(() => end?.());

/** Three nodes, each on a machine of its own; the test is skipped with the reason where there can be none. */
function machines(context: TestContext): Promise<Machines> {
  const missing = TestNetwork.missing();
  if (missing !== undefined) context.skip(missing);
  started ??= startMachines();
  return started;
}

async function startMachines(): Promise<Machines> {
  const network = TestNetwork.create();
  const cluster = new TestCluster();
  end = async () => {
    await cluster.close();
    network.close();
  };
  const places = [network.add(), network.add(), network.add()];
  for (const [i, { address, prefix }] of places.entries()) {
    const options = ["NODETIMEOUT=3000", ...(i === 0 ? [] : [`CDISC=${places[0]!.address}:${PORT}`])];
    await cluster.start({ host: address, port: PORT, prefix, options });
  }
  await cluster.together();
  return { network, cluster, names: places.map(({ name }) => name) };
}

const addressOf = (node: TestNode): string => new URL(node.url).hostname;
const post = async (node: TestNode, body: object) =>
  (await node.request("POST", "/v1/runs", JSON.stringify(body))).json;

test("nodes on machines of their own: parted they go on without each other, and come together again", async (context) => {
  const { network, cluster, names } = await machines(context);
  const [a, b, c] = cluster.nodes as [TestNode, TestNode, TestNode];
  const far = [addressOf(a), addressOf(b)];
  // A run that is there when the network is parted ends clearly, and is run once.
  const gate = new Gate(cluster.folder);
  const started = [1, 2, 3].map(() => post(a, { ojob: held(gate) }));
  await untilRunning([a, b, c]);
  network.part(names[2]!, far);
  await eventually(async () => ((await a.peers()).join() === b.identity ? undefined : "a still lists c"));
  await eventually(async () => ((await c.peers()).length === 0 ? undefined : "c still lists others"));
  gate.open();
  const ends = await Promise.all(started);
  for (const end of ends) {
    if (end.state === "interrupted") expect(end.errors[0].error[0]).toContain(`lost with node ${c.identity}`);
    else expect(end.state).toBe("done");
  }
  expect(ends.filter(({ state }) => state === "done").length).toBeGreaterThanOrEqual(2);
  // Both sides serve.
  expect((await post(a, { ojob: HOST })).state).toBe("done");
  expect((await post(c, { ojob: HOST })).result.host).toBe(addressOf(c));

  network.heal(names[2]!, far);
  await cluster.together();
  const later = new Gate(cluster.folder);
  const shared = [1, 2, 3].map(() => post(c, { ojob: held(later) }));
  await untilRunning([a, b, c]);
  later.open();
  expect(new Set((await Promise.all(shared)).map(({ result }) => result.host)).size).toBe(3);
});

test("a slow link delays runs and loses none; its node stays in the list", async (context) => {
  const { network, cluster, names } = await machines(context);
  const [a, , c] = cluster.nodes as [TestNode, TestNode, TestNode];
  const how = network.slow(names[2]!);
  if (how === undefined) return context.skip("tc cannot make a link slow here");
  const text = "x".repeat(20_000);
  const exec = "sleep(300, true); __pm.host = ROJOB.HOST; __pm.text = args.text";
  for (let round = 0; round < 3; round++) {
    const ends = await Promise.all([1, 2, 3].map(() => post(a, { ojob: job(exec), args: { text } })));
    expect(ends.map(({ state, result }) => [state, result.text.length])).toEqual(ends.map(() => ["done", text.length]));
  }
  await eventually(async () => ((await a.peers()).includes(c.identity) ? undefined : "not listed"));
});
