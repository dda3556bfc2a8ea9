import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../../service/config/index.js";
import { type RunningNode, startNode } from "../../service/node/start-node.js";
import { plainFetch } from "../../tools/plain-fetch.js";
import { type ManagedNode, oneJob, startManaged } from "../management/managed-node.js";
import { type Answer, KEY, send } from "./http-node.js";
import { expectProblem } from "./problems.js";

describe("a run of another node that has a work folder of its own", () => {
  let owner: ManagedNode;
  let other: ManagedNode;
  beforeAll(async () => {
    owner = await startManaged();
    other = await startManaged();
    const answer = await other.ask("POST", "/v1/nodes", { host: "localhost", port: owner.port });
    expect(answer.json.nodes.map((node: any) => node.port)).toEqual([other.port, owner.port]);
  });
  afterAll(async () => {
    await other?.close();
    await owner?.close();
  });

  const submit = async (code: string): Promise<string> => {
    const answer = await owner.ask("POST", "/v1/runs", { ojob: oneJob(code), async: true });
    return answer.json.uuid;
  };
  const ask = (method: string, path: string): Promise<Answer> => other.ask(method, path);
  const text = async (path: string): Promise<string> => {
    const url = `http://127.0.0.1:${other.port}${path}`;
    return (await plainFetch(url, { headers: { authorization: `Bearer ${KEY}` } })).text();
  };

  it("is read here: how it is, what came out, what it said", async () => {
    const uuid = await submit("print('a'); print('b'); __pm.x = 1");
    const record = await ask("GET", `/v1/runs/${uuid}?wait=60`);
    expect([record.status, record.json]).toMatchObject([200, { uuid, state: "done", node: `localhost:${owner.port}` }]);
    expect((await ask("GET", `/v1/runs/${uuid}/result`)).json).toEqual({ x: 1 });
    expect(await text(`/v1/runs/${uuid}/log`)).toBe("a\nb\n");
    const piece = await ask("GET", `/v1/runs/${uuid}/log?format=json&from=2`);
    expect(piece.json).toMatchObject({ text: "b\n", next: "4" });
    expect((await ask("DELETE", `/v1/runs/${uuid}?forget=true`)).status).toBe(204);
    expectProblem(await ask("GET", `/v1/runs/${uuid}`), "unknown_run");
    expectProblem(await ask("GET", `/v1/runs/${uuid}/log`), "unknown_run");
  });

  it("is followed here, and killed", async () => {
    const uuid = await submit("print('on my way'); for (;;) ;");
    expectProblem(await ask("GET", `/v1/runs/${uuid}/result`), "run_not_ended");
    const following = text(`/v1/runs/${uuid}/log?follow=true`);
    await expect.poll(() => text(`/v1/runs/${uuid}/log`)).toBe("on my way\n");
    const killed = await ask("DELETE", `/v1/runs/${uuid}`);
    expect([killed.status, killed.json.state]).toEqual([200, "killed"]);
    expect(await following).toMatch(/event: log\ndata: on my way\n\nid: \S+\nevent: end\ndata: .*"state":"killed"/);
    expectProblem(await ask("DELETE", `/v1/runs/${uuid}`), "run_ended");
    expectProblem(await ask("GET", `/v1/runs/${uuid}/result`), "run_killed");
  });

  it("is asked for once: nodes do not send a request round in a circle", async () => {
    expectProblem(await ask("GET", `/v1/runs/localhost-${owner.port}-1`), "unknown_run");
    expectProblem(await ask("GET", `/v1/runs/elsewhere-${owner.port}-1/log?follow=true`), "unknown_run");
    expectProblem(await ask("DELETE", `/v1/runs/localhost-${other.port}-1`), "unknown_run");
  });
});

describe("a run of another node of the same work folder", () => {
  let scratch: string;
  const nodes: RunningNode[] = [];
  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "rojob-shared-"));
    for (let i = 0; i < 2; i++) {
      const argv = ["PORT=0", `WORK=${scratch}/work`, "WORKERS=1", "FORK=false", "KILLGRACE=100"];
      const { config } = loadConfig({ argv, env: {}, cwd: scratch });
      nodes.push(await startNode(config, { apiKey: KEY, log: pino({ level: "silent" }) }));
    }
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    rmSync(scratch, { recursive: true });
  });

  const ask = (node: number, method: string, path: string, body?: object): Promise<Answer> =>
    send(Number(new URL(nodes[node]!.url).port), path, {
      method,
      headers: { authorization: `Bearer ${KEY}` },
      body: body && JSON.stringify(body),
    });

  it("is killed here, while it waits and while it runs", async () => {
    await expect.poll(async () => (await ask(1, "GET", "/v1/nodes")).json.nodes.length).toBe(2);
    const submit = async (): Promise<string> =>
      (await ask(0, "POST", "/v1/runs", { ojob: oneJob("for (;;) ;"), async: true, timeoutMs: 60_000 })).json.uuid;
    const uuids = [await submit(), await submit(), await submit()];
    const state = async (uuid: string) => (await ask(1, "GET", `/v1/runs/${uuid}`)).json.state;
    await expect.poll(() => state(uuids[0]!)).toBe("running");
    for (const uuid of uuids.reverse()) {
      const killed = await ask(1, "DELETE", `/v1/runs/${uuid}`);
      expect([killed.status, killed.json.uuid, killed.json.state]).toEqual([200, uuid, "killed"]);
      expectProblem(await ask(1, "DELETE", `/v1/runs/${uuid}`), "run_ended");
    }
  });

  it("cannot be killed while its node is not there", async () => {
    const submit = async (): Promise<string> =>
      (await ask(0, "POST", "/v1/runs", { ojob: oneJob("sleep(60000)"), async: true })).json.uuid;
    const uuids = [await submit(), await submit(), await submit()];
    await nodes[0]!.stop();
    // Both workers were taken: it waits for the next life of its node.
    const answer = await ask(1, "DELETE", `/v1/runs/${uuids[2]}`);
    expectProblem(answer, "peer_unreachable");
    expect(answer.json.detail).toContain("owns this run and is not alive");
    // It waits still, or this node has taken it over by now.
    expect((await ask(1, "GET", `/v1/runs/${uuids[2]}`)).json.state).toMatch(/^(accepted|running)$/);
  });
});
