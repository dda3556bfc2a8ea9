import { expect, onTestFinished, test } from "vitest";
import { eventually, job, TestCluster, type TestNode } from "../cluster/nodes.js";
import { freePorts } from "../cluster/rolling.js";

/** Asked for a run of a node that is not there, a node never says that there is no such run. */

/** Replies of all routes about a run, in the order of ROUTES. */
async function statuses(node: TestNode, uuid: string): Promise<string[]> {
  const answers: string[] = [];
  for (const [method, path] of ROUTES) {
    const { status, json } = await node.request(method, `/v1/runs/${uuid}${path}`);
    answers.push(`${method} ${path} ${status} ${json?.code}`);
  }
  return answers;
}

const ROUTES = [
  ["GET", ""],
  ["GET", "/result"],
  ["GET", "/log"],
  ["DELETE", ""],
] as const;
const everywhere = (what: string): string[] => ROUTES.map(([method, path]) => `${method} ${path} ${what}`);

test("a run whose node is away is 502, before and after the one who is asked was started anew", async () => {
  const cluster = new TestCluster();
  onTestFinished(() => cluster.close());
  const [port = 0, other = 0] = await freePorts(2);
  const options = [`CDISC=localhost:${port},localhost:${other}`];
  const owner = await cluster.start({ port, options });
  let asked = await cluster.start({ port: other, options });
  await cluster.together();
  const done = await owner.request("POST", "/v1/runs", JSON.stringify({ ojob: job("__pm.x = 1") }));
  expect(done.json).toMatchObject({ state: "done", result: { x: 1 } });
  const { uuid } = done.json;
  expect((await asked.request("GET", `/v1/runs/${uuid}`)).status).toBe(200);

  await owner.stop();
  expect(await statuses(asked, uuid)).toEqual(everywhere("502 peer_unreachable"));
  // In its next life it has never met the node whose name is in the id.
  await asked.stop();
  asked = await cluster.start({ port: other, work: asked.work, options });
  expect(await statuses(asked, uuid)).toEqual(everywhere("502 peer_unreachable"));

  // From the moment the owner starts until both have met, nobody is told anything else.
  const seen = new Set<number>();
  let isBack = false;
  const asking = eventually(async () => {
    const { status } = await asked.request("GET", `/v1/runs/${uuid}`);
    seen.add(status);
    return isBack && status === 200 ? undefined : `it answers ${status}`;
  });
  await cluster.start({ port, work: owner.work, options });
  isBack = true;
  await asking;
  expect([...seen].filter((status) => status !== 502 && status !== 200)).toEqual([]);
});

test("a node that looks for no others knows that there is no run of a stranger", async () => {
  const cluster = new TestCluster();
  onTestFinished(() => cluster.close());
  const node = await cluster.start();
  expect(await statuses(node, "elsewhere-8787-1795472872612573347")).toEqual(everywhere("404 unknown_run"));
});
