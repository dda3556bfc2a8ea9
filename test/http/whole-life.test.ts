import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { plainFetch } from "../../tools/plain-fetch.js";
import { type ManagedNode, oneJob, startManaged } from "../management/managed-node.js";
import { type Answer, KEY, send } from "./http-node.js";
import { expectProblem } from "./problems.js";

describe("runs of a whole node, over HTTP", () => {
  let managed: ManagedNode;
  beforeAll(async () => {
    managed = await startManaged(["WORKERS=2", "CALLBACKHOSTS=127.0.0.1"]);
  });
  afterAll(() => managed?.close());

  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    send(managed.port, path, {
      method,
      headers: { authorization: `Bearer ${KEY}`, ...headers },
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    });
  const submit = async (code: string, fields: object = {}): Promise<string> => {
    const answer = await call("POST", "/v1/runs", { ojob: oneJob(code), async: true, ...fields });
    expect([answer.status, answer.text]).toEqual([202, expect.stringContaining("uuid")]);
    return answer.json.uuid;
  };
  const text = async (path: string, headers: Record<string, string> = {}): Promise<string> => {
    const url = `http://127.0.0.1:${managed.port}${path}`;
    return (await plainFetch(url, { headers: { authorization: `Bearer ${KEY}`, ...headers } })).text();
  };

  it("are accepted, waited for, read, and forgotten", async () => {
    const uuid = await submit("print('hello'); __pm.sum = args.a + 1", { args: { a: 1 }, name: "my-job" });
    expect(uuid).toMatch(/-my_job_\d+$/);
    const ended = await call("GET", `/v1/runs/${uuid}?wait=60`);
    expect(ended.json).toMatchObject({
      uuid,
      state: "done",
      name: "my_job",
      by: "127.0.0.1",
      isAsync: true,
      attempt: 1,
    });
    const result = await call("GET", `/v1/runs/${uuid}/result`);
    expect([result.status, result.json]).toEqual([200, { a: 1, sum: 2 }]);
    expect(await text(`/v1/runs/${uuid}/log`)).toBe("hello\n");
    const list = await call("GET", "/v1/runs?name=my_job&state=done");
    expect(list.json.runs.map((run: any) => run.uuid)).toEqual([uuid]);
    expectProblem(await call("DELETE", `/v1/runs/${uuid}`), "run_ended");
    expect((await call("DELETE", `/v1/runs/${uuid}?forget=true`)).status).toBe(204);
    expectProblem(await call("GET", `/v1/runs/${uuid}/result`), "unknown_run");
  });

  it("fail with the errors that a run that is waited for has", async () => {
    const uuid = await submit("__pm.x = 1; throw 'kaboom'");
    const result = await call("GET", `/v1/runs/${uuid}/result?wait=60`);
    expect(result.json).toMatchObject({ x: 1, __errors: [{ name: "A", error: ["kaboom"] }] });
    const late = await submit("for (;;) ;", { timeoutMs: 200 });
    expectProblem(await call("GET", `/v1/runs/${late}/result?wait=60`), "run_timeout");
  });

  it("are one, when 50 ask at once with the same key", async () => {
    const body = JSON.stringify({ jobs: [{ name: "A", exec: "__pm.at = nowNano()" }], todo: ["A"] });
    const ask = (): Promise<Answer> => call("POST", "/ojob?a=1", body, { "idempotency-key": '"one of many"' });
    const answers = await Promise.all(Array.from({ length: 50 }, ask));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.headers["x-rojob-uuid"])).size).toBe(1);
    expect(answers.filter((answer) => answer.headers["idempotency-replayed"] === undefined)).toHaveLength(1);
    const other = await call("POST", "/ojob?a=2", body, { "idempotency-key": "one of many" });
    expectProblem(other, "idempotency_key_reused");
  });

  it("are killed, with result and log as far as they came", async () => {
    const uuid = await submit("print('on my way'); for (;;) ;");
    await expect.poll(() => text(`/v1/runs/${uuid}/log`)).toBe("on my way\n");
    const follower = text(`/v1/runs/${uuid}/log?follow=true`);
    const killed = await call("DELETE", `/v1/runs/${uuid}`);
    expect([killed.status, killed.json.state]).toEqual([200, "killed"]);
    expect(await follower).toMatch(/event: log\ndata: on my way\n\nid: \S+\nevent: end\ndata: .*"state":"killed"/);
    expectProblem(await call("GET", `/v1/runs/${uuid}/result`), "run_killed");
  });

  it("are given up waiting for, and go on", async () => {
    const body = JSON.stringify(oneJob("sleep(1500); __pm.late = true"));
    const answer = await call("POST", "/ojob", body, { prefer: "wait=1" });
    expect([answer.status, answer.headers["preference-applied"]]).toEqual([202, "wait=1"]);
    const result = await call("GET", `${answer.headers.location}/result?wait=60`);
    expect(result.json).toEqual({ late: true });
  });

  it("are followed while they speak, and from where the connection was lost", async () => {
    const uuid = await submit("for (let i = 1; i <= 20; i++) { print('line ' + i); sleep(20) }");
    const url = `http://127.0.0.1:${managed.port}/v1/runs/${uuid}/log`;
    const headers = { authorization: `Bearer ${KEY}`, accept: "text/event-stream" };
    let seen = "";
    const first = await plainFetch(url, { headers });
    const reader = first.body!.pipeThrough(new TextDecoderStream()).getReader();
    while (!seen.includes("data: line 3\n")) seen += (await reader.read()).value;
    await reader.cancel();
    const whole = seen.slice(0, seen.lastIndexOf("\n\n") + 2);
    const [lastId = ""] = [...whole.matchAll(/^id: (\S+)$/gm)].map((match) => match[1]!).slice(-1);
    const rest = await text(`/v1/runs/${uuid}/log`, { ...headers, "last-event-id": lastId });
    const lines = (part: string): string[] => [...part.matchAll(/^data: (line \d+)$/gm)].map((match) => match[1]!);
    expect([...lines(whole), ...lines(rest)]).toEqual(Array.from({ length: 20 }, (_, i) => `line ${i + 1}`));
  });

  it("are asked for by runs, in the name of those", async () => {
    const answer = await call("POST", "/v1/runs", {
      ojob: oneJob("__pm.inner = ROJOB.client.execJob({ jobs: [{ name: 'B', exec: '__pm.b = 1' }], todo: ['B'] })"),
    });
    expect(answer.json.result).toEqual({ inner: { b: 1 } });
    const { runs } = (await call("GET", "/v1/runs?limit=2")).json;
    expect(runs.map((run: any) => run.by).sort()).toEqual(["127.0.0.1", `run ${answer.json.uuid}`]);
  });

  it("are counted, synchronous ones and others", async () => {
    const metrics = await text("/metrics");
    expect(metrics).toMatch(/^rojob_runs_total\{state="done",route="worker"\} \d+$/m);
    expect(metrics).toMatch(/^rojob_runs_total\{state="killed",route="worker"\} 2$/m);
    expect(metrics).toMatch(/^rojob_workers\{state="free"\} [12]$/m);
    const ended = [...metrics.matchAll(/^rojob_runs_total\{.*\} (\d+)$/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
    // The nine runs of the tests above.
    expect(ended).toBe(9);
  });

  it("are refused when their callback may not be called", async () => {
    const body = { ojob: oneJob("__pm = {}"), callbackUrl: "http://10.0.0.1/" };
    expectProblem(await call("POST", "/v1/runs", body), "callback_not_allowed");
  });
});

describe("a node that stops", () => {
  it("keeps nobody waiting: who waits for a run is told how it is, who follows its log may come again", async () => {
    const managed = await startManaged(["KILLGRACE=100"]);
    onTestFinished(() => managed.close());
    const headers = { authorization: `Bearer ${KEY}` };
    const submit = async (): Promise<string> => {
      return (await managed.ask("POST", "/v1/runs", { ojob: oneJob("for (;;) ;"), async: true })).json.uuid;
    };
    const [first, second] = [await submit(), await submit()];
    await expect.poll(async () => (await managed.ask("GET", `/v1/runs/${first}`)).json.state).toBe("running");
    const waiting = [first, second].map((uuid) => managed.ask("GET", `/v1/runs/${uuid}?wait=600`));
    const url = `http://127.0.0.1:${managed.port}/v1/runs`;
    // Whoever connected before has been heard when these get their heads; the queue stands in line for a worker, and then the next request does.
    const followed = await Promise.all(
      [first, second].map((uuid) => plainFetch(`${url}/${uuid}/log?follow`, { headers })),
    );
    const following = followed.map((answer) => answer.text());
    const held = managed.ask("POST", "/ojob?__async=0", JSON.stringify(oneJob("for (;;) ;")));
    const self = async () => (await managed.ask("GET", "/v1/nodes")).json.nodes[0].load;
    await expect.poll(async () => (await self()).waiting).toBe(2);
    await managed.node.stop();
    expect((await Promise.all(waiting)).map(({ json }) => json.state)).toEqual(["interrupted", "accepted"]);
    const [one, two] = await Promise.all(following);
    expect(one).toMatch(/event: end\ndata: .*"state":"interrupted"/);
    expect(two).not.toContain("event: end");
    expect((await held).status).toBe(503);
  });
});
