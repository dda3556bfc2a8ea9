import { createConnection } from "node:net";
import { describe, expect, it } from "vitest";
import type { JobError } from "../../service/runtime/base/host.js";
import { ECHO, KEY, post, send, startHttp } from "./http-node.js";
import { expectProblem } from "./problems.js";

const boom: JobError = { name: "Boom", error: ["kaboom"], at: { file: "ojob", line: 7, column: 3 } };
const errors = [boom];

describe("the reply of a run with failed jobs", () => {
  it.each([
    ['{"a":"1","x":1}', { a: "1", x: 1, __errors: errors }],
    ["{}", { __errors: errors }],
    ["null", { __errors: errors }],
    ["[1,2]", { __pm: [1, 2], __errors: errors }],
    ['"t"', { __pm: "t", __errors: errors }],
    ['{"__errors":"mine","b":{"__errors":1}}', { __errors: errors, b: { __errors: 1 } }],
  ])("%s is 200 and has them as __errors", async (result, reply) => {
    const node = await startHttp();
    node.ending = { state: "failed", result, errors: [boom] };
    const answer = await post(node, "/ojob", ECHO);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual(reply);
    expect(answer.text.match(/"__errors":\[/g)).toHaveLength(1);
  });

  it("is without them with SHOWERRORS=false", async () => {
    const node = await startHttp({ SHOWERRORS: false });
    node.ending = { state: "failed", result: '{"a":1}', errors: [boom] };
    const answer = await post(node, "/ojob", ECHO);
    expect([answer.status, answer.text]).toEqual([200, '{"a":1}']);
    const v1 = await post(node, "/v1/runs", JSON.stringify({ ojob: ECHO }));
    expect(v1.json).toMatchObject({ state: "failed", result: { a: 1 }, errors: [] });
  });

  it("is the result also when a job ended it by exit", async () => {
    const node = await startHttp();
    node.ending = { state: "failed", exitCode: 1, result: '{"a":1}', errors: [{ name: "A", error: ["exit(1)"] }] };
    const answer = await post(node, "/ojob", ECHO);
    expect([answer.status, answer.json]).toEqual([200, { a: 1, __errors: [{ name: "A", error: ["exit(1)"] }] }]);
  });
});

describe("the reply of a run that was ended from outside", () => {
  it("is a refusal with the run's id, its way and times, and its errors", async () => {
    const node = await startHttp();
    node.ending = { state: "failed", endedBy: "timeout", result: "null", errors: [{ name: "A", error: ["too long"] }] };
    const answer = await post(node, "/ojob", ECHO);
    expectProblem(answer, "run_timeout");
    const { uuid } = node.specs[0] ?? {};
    expect(answer.json).toMatchObject({ result: 0, uuid, __errors: [{ name: "A", error: ["too long"] }] });
    expect(answer.headers["x-rojob-uuid"]).toBe(uuid);
    expect(answer.headers["x-rojob-route"]).toBe("127.0.0.1:1>worker");
    expect(answer.headers["server-timing"]).toContain("run;dur=1.5");
  });

  it("keeps its errors to itself with SHOWERRORS=false", async () => {
    const node = await startHttp({ SHOWERRORS: false });
    node.ending = { state: "failed", endedBy: "crash", result: "null", errors: [{ name: "A", error: ["secret"] }] };
    const answer = await post(node, "/ojob", ECHO);
    expectProblem(answer, "run_crashed");
    expect(answer.text).not.toContain("secret");
  });

  it.each([
    ["killed", "run_killed"],
    ["interrupted", "run_crashed"],
  ] as const)("follows from the state %s as well", async (state, code) => {
    const node = await startHttp();
    node.ending = { state, result: "null" };
    expectProblem(await post(node, "/ojob", ECHO), code);
  });
});

describe("POST /v1/runs", () => {
  it("runs an oJob given as text or as map, and tells how the run ended", async () => {
    const node = await startHttp();
    for (const ojob of [ECHO, { jobs: [], todo: [] }]) {
      const answer = await post(node, "/v1/runs", JSON.stringify({ ojob, args: { a: 1, b: [true] }, timeoutMs: 500 }));
      expect(answer.status).toBe(200);
      const { uuid } = node.specs.at(-1) ?? {};
      const timings = { acceptedAt: expect.any(Number), waitMs: 0.25, runMs: 1.5 };
      expect(answer.json).toEqual({ uuid, state: "done", result: { a: 1, b: [true] }, errors: [], timings });
      expect(answer.headers["x-rojob-uuid"]).toBe(uuid);
      expect(node.specs.at(-1)?.settings.timeoutMs).toBe(500);
    }
    expect(node.specs[1]?.text).toBe('{"jobs":[],"todo":[]}');
  });

  it("runs a job of the run folder, its own args below those of the request", async () => {
    const node = await startHttp({}, { "x/a.yaml": `args: { a: 1, b: 2 }\n${ECHO}` });
    const answer = await post(node, "/v1/runs", '{"run":"x/a.yaml","args":{"a":"q"}}');
    expect(answer.json.result).toEqual({ a: "q", b: 2 });
    expect(node.specs[0]?.file).toBe("x/a.yaml");
  });

  it("answers 200 about a run in whatever state it ended, with the place of errors", async () => {
    const node = await startHttp();
    node.ending = { state: "failed", endedBy: "crash", result: "null", errors: [boom], exitCode: 134 };
    const answer = await post(node, "/v1/runs", JSON.stringify({ ojob: ECHO }));
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ state: "failed", result: null, errors: [boom], exitCode: 134 });
  });

  it.each([
    ["no JSON", "{ojob: 1}", "bad_json"],
    ["a list", "[]", "bad_field"],
    ["neither", "{}", "bad_field"],
    ["both", '{"ojob":"jobs: []","run":"a.yaml"}', "bad_field"],
    ["ojob a number", '{"ojob":5}', "bad_field"],
    ["ojob empty", '{"ojob":" "}', "bad_field"],
    ["run a list", '{"run":["a.yaml"]}', "bad_field"],
    ["run elsewhere", '{"run":"../a.yaml"}', "run_path_escapes"],
    ["ojob no oJob", '{"ojob":{"a":1}}', "not_an_ojob"],
    ["args a list", '{"run":"a.yaml","args":[1]}', "bad_args"],
    ["timeoutMs a text", '{"run":"a.yaml","timeoutMs":"5"}', "bad_field"],
    ["timeoutMs a fraction", '{"run":"a.yaml","timeoutMs":1.5}', "bad_field"],
    ["a field misspelt", '{"runs":"a.yaml"}', "unknown_field"],
  ] as const)("refuses %s", async (_name, body, code) => {
    const node = await startHttp({}, { "a.yaml": ECHO });
    expectProblem(await post(node, "/v1/runs", body), code);
    expect(node.specs).toEqual([]);
  });
});

describe("health", () => {
  it("is told without credentials, by GET and HEAD", async () => {
    const node = await startHttp();
    const get = (path: string, method = "GET") => send(node.port, path, { method });
    expect((await get("/healthz")).json).toEqual({ status: "ok" });
    expect((await get("/readyz")).json).toEqual({ status: "ready" });
    expect((await get("/healthz", "HEAD")).status).toBe(200);
    node.activity = { ...node.activity, warning: "50 of the last 50 runs cost their worker" };
    expect((await get("/readyz")).json).toEqual({
      status: "ready",
      warnings: ["50 of the last 50 runs cost their worker"],
    });
    node.ready = "no worker is up";
    expectProblem(await get("/readyz"), "not_ready");
    expect((await get("/readyz", "HEAD")).status).toBe(503);
    expect((await get("/healthz")).status).toBe(200);
  });
});

describe("a node that is closing", () => {
  it("ends the runs it has and refuses new ones on connections still open", async () => {
    const node = await startHttp();
    let release = (): void => {};
    const started = new Promise<void>((begin) => {
      node.ending = () => {
        begin();
        return new Promise((resolve) => (release = () => resolve({})));
      };
    });
    const requestText = `POST /ojob HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\ncontent-length: ${ECHO.length}\r\n\r\n${ECHO}`;
    const socket = createConnection(node.port, "127.0.0.1");
    socket.write(requestText);
    await started;
    const closed = node.app.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.write(requestText);
    release();
    let text = "";
    for await (const part of socket) text += part;
    await closed;
    expect(text).toMatch(/^HTTP\/1.1 200 /);
    expect(node.specs).toHaveLength(1);
  });
});
