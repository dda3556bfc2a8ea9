import { describe, expect, it } from "vitest";
import { plainFetch } from "../../tools/plain-fetch.js";
import { rojob } from "../cli/program.js";
import { type BrokerNode, brokerNode, brokerProgram, pause, startBrokerOf } from "./broker-nodes.js";

const KEY = "key-of-the-tests";

function job(exec: string, rojobSection: object = {}): object {
  return { ojob: { rojob: rojobSection, jobs: [{ name: "A", exec }], todo: ["A"] }, async: true };
}

async function submit(node: BrokerNode, body: object): Promise<string> {
  return (await node.ask("POST", "/v1/runs", body)).json.uuid;
}

describe("rojob queue", () => {
  const test = brokerProgram("redis") === undefined ? it.skip : it;

  test("shows the queue, runs dead runs again, and purges after a yes", async () => {
    const broker = await startBrokerOf("redis");
    const node = await brokerNode("redis", broker.port);
    await node.start();
    const queue = (...argv: string[]) =>
      rojob(["queue", ...argv, "--url", node.url, "--apikey", KEY], { cwd: node.work });

    const failed = await submit(node, job('if (args.a == 1) throw "no luck"; __pm.x = args.a', { name: "unlucky" }));
    await node.ask("GET", `/v1/runs/${failed}?wait=60`);
    const withArgs = await submit(node, { ...job('throw "got " + args.secret'), args: { secret: "s3" } });
    await node.ask("GET", `/v1/runs/${withArgs}?wait=60`);

    const refused = await node.ask("POST", `/v1/runs/${failed}/retry`);
    expect([refused.status, refused.json.code]).toEqual([409, "not_retriable"]);
    expect(refused.json.detail).toContain(`Run ${failed} cannot be retried: it is done`);
    const again = await node.ask("POST", `/v1/runs/${withArgs}/retry`);
    expect([again.status, again.json.state]).toEqual([202, "accepted"]);
    const ended = await node.ask("GET", `/v1/runs/${again.json.uuid}?wait=60`);
    expect(ended.json).toMatchObject({ state: "failed", by: "127.0.0.1" });
    expect(JSON.stringify(ended.json.errors)).toContain("got s3");

    const dead = JSON.parse((await queue("list", "--dead")).stdout);
    expect(dead.map(({ uuid }: { uuid: string }) => uuid)).toEqual([again.json.uuid, withArgs]);
    const retried = await queue("retry", "--all");
    expect(retried.code).toBe(0);
    expect(JSON.parse(retried.stdout)).toHaveLength(2);

    const busy = await submit(node, job("while (true) sleep(50, true)"));
    for (let tries = 0; (await node.ask("GET", `/v1/runs/${busy}`)).json.state !== "running" && tries < 400; tries++) {
      await pause(50);
    }
    for (let count = 0; count < 3; count++) await submit(node, job("1"));
    const shown = JSON.parse((await queue("--json")).stdout);
    expect(shown).toMatchObject({
      kind: "redis",
      trouble: null,
      waiting: 3,
      running: 1,
      ended: { done: 1, failed: 4 },
    });
    const unsure = await queue("purge");
    expect([unsure.code, unsure.stderr]).toEqual([2, expect.stringContaining("--yes is required")]);
    expect((await queue("purge", "--yes")).stdout).toContain('"purged": 3');
    expect((await queue("purge", "--dead", "--yes")).stdout).toContain('"purged": 4');
    expect((await node.ask("DELETE", `/v1/runs/${busy}`)).json.state).toBe("killed");
    const wrong = await node.ask("POST", "/v1/queue/purge", { what: "all" });
    expect([wrong.status, wrong.json.code]).toEqual([422, "bad_field"]);
    expect((await queue("peek")).code).toBe(2);
    const metrics = await plainFetch(`${node.url}/metrics`, { headers: { authorization: `Bearer ${KEY}` } });
    const text = await metrics.text();
    expect(text).toContain('rojob_queue_runs{state="waiting"} 0');
    expect(text).toMatch(/rojob_queue_claim_seconds_count [1-9]/);
  });
});
