import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { eventually, Gate, job, type StartOptions, TestCluster, type TestNode, untilRunning } from "./nodes.js";

/** NODETIMEOUT of the nodes here, ms. */
const DEAD_MS = 2000;
const PORT = job("__pm.port = ROJOB.PORT");
/** A run that ends when the gate is open. */
const held = (gate: Gate): string => job(`${gate.code}; __pm.port = ROJOB.PORT`);

const OPTIONS = [`NODETIMEOUT=${DEAD_MS}`];

interface Reply {
  status: number;
  json: any;
  route: string;
}

async function post(node: TestNode, body: object): Promise<Reply> {
  const { status, json, headers } = await node.request("POST", "/v1/runs", JSON.stringify(body));
  return { status, json, route: headers.get("x-rojob-route") ?? "" };
}

/** Gives `node` two runs at once, so that the second goes to a peer; resolves when that has it. */
async function withIncomingRun(
  node: TestNode,
  peer: TestNode,
  gate: Gate,
  more: object = {},
): Promise<Promise<Reply>[]> {
  const replies = [1, 2].map(() => post(node, { ojob: held(gate), ...more }));
  await untilRunning([node, peer]);
  return replies;
}

describe("a peer", () => {
  let cluster: TestCluster;
  let a: TestNode;
  beforeAll(async () => {
    cluster = new TestCluster();
    a = await cluster.start({ options: OPTIONS, isHere: true });
  });
  afterAll(() => cluster?.close());

  /** The one that lives, or a new one; in a process of its own. */
  async function livingPeer(): Promise<TestNode> {
    const living = cluster.nodes.find((node) => node !== a && node.isRunning);
    const peer = living ?? (await cluster.join({ options: OPTIONS }));
    await cluster.together();
    return peer;
  }

  it("that is stopped (SIGSTOP) holds up no request longer than its deadline, and takes part again when it goes on", async () => {
    const b = await livingPeer();
    const [gate, later] = [new Gate(cluster.folder), new Gate(cluster.folder)];
    // Its runs end at their deadline, or when it is dead: they are not waited for.
    const replies = await withIncomingRun(a, b, gate, { timeoutMs: 20_000 });
    b.signal("SIGSTOP");
    gate.open();
    const begun = await Promise.all(replies);
    expect(begun.some(({ json }) => json.state === "done")).toBe(true);
    // New runs go elsewhere: no run that was offered to it meanwhile is executed.
    const next = await Promise.all([1, 2, 3].map(() => post(a, { ojob: PORT })));
    expect(next.map(({ json }) => [json.state, json.result.port])).toEqual(next.map(() => ["done", String(a.port)]));
    await eventually(async () => ((await a.peers()).length === 0 ? undefined : "still listed"));
    b.signal("SIGCONT");
    await cluster.together();
    const shared = await withIncomingRun(a, b, later);
    later.open();
    expect(new Set((await Promise.all(shared)).map(({ json }) => json.result.port)).size).toBe(2);
  });

  it("that is killed is gone from the list, and its run gets a clear end, not a second one", async () => {
    const b = await livingPeer();
    const gate = new Gate(cluster.folder);
    const replies = await withIncomingRun(a, b, gate);
    b.signal("SIGKILL");
    await b.ended;
    // When it goes from the list is shown in membership.test.ts, in a time that does not depend on the machine.
    await eventually(async () => ((await a.peers()).length === 0 ? undefined : "still listed"));
    gate.open();
    const ends = await Promise.all(replies);
    const [lost, own] = ends.sort((x, y) => Number(y.route.includes("peer")) - Number(x.route.includes("peer")));
    expect(own!.json).toMatchObject({ state: "done", result: { port: String(a.port) } });
    expect(lost!.json).toMatchObject({ state: "interrupted", result: null });
    expect(lost!.json.errors[0].error[0]).toMatch(new RegExp(`lost with node ${b.identity}`));
    // The next ones are executed at once.
    expect((await post(a, { ojob: PORT })).json.state).toBe("done");
  });

  it("that is killed leaves an asynchronous run that may be tried again to another node", async () => {
    const b = await livingPeer();
    const gate = new Gate(cluster.folder);
    const oJob = job(`${gate.code}; __pm.port = ROJOB.PORT`, "rojob: { retries: 2 }\n");
    const runs = await Promise.all([1, 2].map(() => post(a, { ojob: oJob, async: true })));
    await untilRunning([a, b]);
    b.signal("SIGKILL");
    await b.ended;
    gate.open();
    const ends = await Promise.all(runs.map(({ json }) => a.request("GET", `/v1/runs/${json.uuid}?wait=60`)));
    expect(ends.map(({ json }) => json.state)).toEqual(["done", "done"]);
    expect(ends.map(({ json }) => json.attempt).sort()).toEqual([1, 2]);
  });
});

describe("a cluster whose nodes are restarted one after the other under load", () => {
  it("loses nothing and refuses nothing", async () => {
    // See attacks/rolling-restart-load.test.ts, too, for requests to ending processes.
    const kinds: StartOptions[] = [{ isHere: true }, {}, { isHere: true }];
    const cluster = new TestCluster();
    onTestFinished(() => cluster.close());
    await cluster.start({ ...kinds[0], options: OPTIONS });
    await Promise.all(kinds.slice(1).map((kind) => cluster.join({ ...kind, options: OPTIONS })));
    await cluster.together();
    const uuids: string[] = [];
    const bad: string[] = [];
    let answered = 0;
    let isOver = false;
    const reach = async (count: number): Promise<TestNode[]> => {
      const nodes = cluster.nodes.filter(({ isRunning }) => isRunning);
      return [...nodes.slice(count % nodes.length), ...nodes.slice(0, count % nodes.length)];
    };
    /** As a client behind a load balancer: another node is asked only when no connection was made. */
    const client = async (turn: number): Promise<void> => {
      for (let count = turn; !isOver; count++) {
        const tag = `${turn}-${count}`;
        const isAsync = count % 4 === 0;
        let done = false;
        for (const node of [...(await reach(count)), ...(await reach(count))]) {
          try {
            const ojob = job(`sleep(${count % 3 === 0 ? 60 : 5}, true); __pm.tag = args.tag`);
            const { status, json, text } = await node.request(
              "POST",
              "/v1/runs",
              JSON.stringify({ ojob, args: { tag }, async: isAsync }),
            );
            if (isAsync && status === 202) uuids.push(json.uuid);
            else if (status !== 200 || json.state !== "done" || json.result.tag !== tag) bad.push(`${status} ${text}`);
            else answered++;
            done = true;
            break;
          } catch (error) {
            const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
            if (code !== "ECONNREFUSED" && code !== "UND_ERR_SOCKET" && code !== "ECONNRESET") throw error;
            // A connection that was kept and is closed before the request is answered: nothing is known of it.
            if (code !== "ECONNREFUSED") {
              done = true;
              break;
            }
          }
        }
        if (!done) bad.push("nobody there");
        await new Promise((resume) => setTimeout(resume, 40));
      }
    };
    const clients = Promise.all([1, 2, 3].map(client));
    for (const [i, node] of [...cluster.nodes].entries()) {
      const before = answered;
      await eventually(async () => (answered > before + 10 ? undefined : "the clients have got no further"));
      await node.stop();
      const rest = cluster.nodes.filter(({ isRunning }) => isRunning);
      const options = [...OPTIONS, `CDISC=${rest[0]!.identity}`];
      await cluster.start({ ...kinds[i], work: node.work, port: node.port, options });
      await cluster.together();
    }
    isOver = true;
    await clients;
    expect(bad).toEqual([]);
    expect(answered).toBeGreaterThan(30);
    const last = cluster.nodes.filter(({ isRunning }) => isRunning);
    for (const uuid of uuids) {
      const { json } = await last[0]!.request("GET", `/v1/runs/${uuid}?wait=60`);
      expect([uuid, json.state]).toEqual([uuid, "done"]);
    }
  });
});
