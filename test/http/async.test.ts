import { describe, expect, it } from "vitest";
import { ServiceError } from "../../service/base/errors.js";
import { readPreferences } from "../../service/http/query/preferences.js";
import { ECHO, type HttpNode, post, startHttp } from "./http-node.js";
import { expectProblem } from "./problems.js";

const never = () => new Promise<never>(() => undefined);
const body = (fields: object) => JSON.stringify({ ojob: ECHO, ...fields });
const ASYNC_JOB = `rojob: { async: true, name: my-job }\n${ECHO}`;

describe("a run that is not waited for", () => {
  it.each([
    ["the argument __async", "/ojob?__async=1", ECHO, {}],
    ["__async in the oJob's args", "/ojob", `args: { __async: 1 }\n${ECHO}`, {}],
    ["rojob.async", "/yaml", `rojob: { async: true }\n${ECHO}`, {}],
    ["Prefer: respond-async", "/ojob", ECHO, { prefer: "respond-async" }],
    ["a job of the run folder", "/run", "a.yaml", {}],
  ])("on the routes of old clients (%s): 202, its place, and the uuid alone", async (_name, path, text, headers) => {
    const node = await startHttp({}, { "a.yaml": ASYNC_JOB });
    node.ending = never;
    const answer = await post(node, path, text, headers);
    const [uuid] = node.runs.submitted;
    expect([answer.status, answer.json]).toEqual([202, { uuid }]);
    expect(answer.headers.location).toBe(`/v1/runs/${uuid}`);
    expect(answer.headers["x-rojob-uuid"]).toBe(uuid);
    expect(answer.headers["preference-applied"]).toBe("prefer" in headers ? "respond-async" : undefined);
  });

  it.each([
    ["async: true", body({ async: true }), {}],
    ["the argument __async", body({ args: { __async: true } }), {}],
    ["rojob.async", body({ ojob: ASYNC_JOB }), {}],
    ["Prefer", body({}), { prefer: "Respond-Async, handling=strict" }],
  ])("on /v1/runs (%s): 202, uuid, state and whether it was to be so", async (_name, text, headers) => {
    const node = await startHttp();
    node.ending = never;
    const answer = await post(node, "/v1/runs", text, headers);
    const reply = { uuid: node.runs.submitted[0], state: "accepted", async: !("prefer" in headers) };
    expect([answer.status, answer.json]).toEqual([202, reply]);
  });

  it("has the name of the oJob in its uuid, made safe", async () => {
    const node = await startHttp();
    expect((await post(node, "/ojob", ASYNC_JOB)).json.uuid).toMatch(/^127\.0\.0\.1-\d+-my_job_\d+$/);
  });

  it.each([
    ["__async=0 and rojob.async false", "/ojob?__async=0", `rojob: { async: false }\n${ECHO}`],
    ["async: false, whatever the oJob says", "/v1/runs", body({ ojob: ASYNC_JOB, async: false })],
  ])("is not meant by %s", async (_name, path, text) => {
    const node = await startHttp();
    expect((await post(node, path, text)).status).toBe(200);
    expect(node.runs.submitted).toEqual([]);
  });

  it("is refused as whoever accepts runs says", async () => {
    const node = await startHttp();
    node.runs.refusal = new ServiceError("draining");
    expectProblem(await post(node, "/ojob?__async=1", ECHO), "draining");
  });
});

describe("Prefer: wait", () => {
  it("gives the reply of a run that ends in time", async () => {
    const node = await startHttp();
    const answer = await post(node, "/ojob?a=1", ECHO, { prefer: "wait=60" });
    expect([answer.status, answer.json]).toEqual([200, { a: "1" }]);
    expect(answer.headers["preference-applied"]).toBe("wait=60");
    expect(answer.headers["x-rojob-route"]).toBe("127.0.0.1:1>worker");
    expect(answer.headers["server-timing"]).toMatch(/^accept;dur=/);
  });

  it.each([
    ["wait=0", "wait=0"],
    ["wait=0.5, WAIT=0", undefined],
    ['respond-async, wait="0"', "respond-async, wait=0"],
  ])("%s does not wait for one that goes on", async (prefer, applied) => {
    const node = await startHttp();
    let release = (): void => {};
    node.ending = () => new Promise((resolve) => (release = () => resolve({})));
    const sent = post(node, "/v1/runs", body({}), { prefer });
    if (applied === undefined) {
      // Malformed, so the run is waited for.
      await expect.poll(() => node.specs.length).toBe(1);
      release();
      expect((await sent).status).toBe(200);
      return;
    }
    const answer = await sent;
    expect([answer.status, answer.headers["preference-applied"]]).toEqual([202, applied]);
    expect(answer.headers.location).toBe(`/v1/runs/${answer.json.uuid}`);
  });

  it("gives the uuid when the time is over first, and the run goes on", async () => {
    const node = await startHttp();
    let release = (): void => {};
    node.ending = () => new Promise((resolve) => (release = () => resolve({ result: '{"late":true}' })));
    const answer = await post(node, "/ojob", ECHO, { prefer: "wait=1" });
    expect([answer.status, answer.json]).toEqual([202, { uuid: node.runs.submitted[0] }]);
    expect(answer.headers["preference-applied"]).toBe("wait=1");
    release();
    await expect.poll(() => node.runs.results.get(answer.json.uuid)).toBe('{"late":true}');
  });

  it("replies a run that was lost as any other does", async () => {
    const node = await startHttp();
    node.ending = { state: "failed", endedBy: "timeout", result: "null", errors: [{ name: "A", error: ["too long"] }] };
    expectProblem(await post(node, "/ojob", ECHO, { prefer: "wait=60" }), "run_timeout");
    const v1 = await post(node, "/v1/runs", body({}), { prefer: "wait=60" });
    expect(v1.json).toMatchObject({ state: "failed", result: null, errors: [{ error: ["too long"] }] });
  });
});

describe("the header Prefer", () => {
  it.each([
    [undefined, { isAsync: false }],
    ["respond-async", { isAsync: true }],
    ["RESPOND-ASYNC;x=1 , Wait = 10", { isAsync: true, waitS: 10 }],
    ["wait=5, wait=9", { isAsync: false, waitS: 5 }],
    ['foo="a, respond-async, wait=3"; bar, wait="7"', { isAsync: false, waitS: 7 }],
    ["wait=-1, wait", { isAsync: false }],
    ["wait=99999999999", { isAsync: false, waitS: 2_147_483 }],
    [',,"",=,;', { isAsync: false }],
    // Behind quotes that do not close stands no preference.
    [`${'"'.repeat(20_001)}wait=1`, { isAsync: false }],
    [`${'"'.repeat(20_000)}, wait=1`, { isAsync: false, waitS: 1 }],
  ])("%#: what is known and sound in it counts", (header, expected) => {
    expect(readPreferences(header)).toEqual(expected);
  });
});

describe("Idempotency-Key", () => {
  const key = { "idempotency-key": '"order-1"' };

  it.each([
    ["/ojob?a=1", ECHO],
    ["/run?a=1", "a.yaml"],
    ["/v1/runs", body({ args: { a: "1" } })],
  ])("gives the reply of the same run again: %s", async (path, text) => {
    const node = await startHttp({}, { "a.yaml": ECHO });
    const first = await post(node, path, text, key);
    const again = await post(node, path, text, key);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.json).toEqual(first.json);
    expect(again.headers["x-rojob-uuid"]).toBe(first.headers["x-rojob-uuid"]);
    expect([first, again].map((answer) => answer.headers["idempotency-replayed"])).toEqual([undefined, "true"]);
    expect(node.specs).toHaveLength(1);
    expect(node.specs[0]?.payloadHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("gives the uuid of the same run that is not waited for", async () => {
    const node = await startHttp();
    node.ending = never;
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(node, "/ojob?__async=1", ECHO, key)));
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.text}`)).size).toBe(1);
    expect(node.specs).toHaveLength(1);
  });

  it.each([
    ["another body", "/ojob?a=1", `${ECHO}\n`],
    ["other arguments", "/ojob?a=2", ECHO],
    ["another route", "/yaml?a=1", ECHO],
  ])("stands for one payload: %s is refused", async (_name, path, text) => {
    const node = await startHttp();
    await post(node, "/ojob?a=1", ECHO, key);
    expectProblem(await post(node, path, text, key), "idempotency_key_reused");
  });
});

describe("what a run is given", () => {
  const given = async (node: HttpNode, text: string, path = "/v1/runs") => {
    const answer = await post(node, path, text);
    expect(answer.status).toBe(200);
    return node.specs.at(-1)!;
  };

  it("is who asks, and what the oJob's section and the request say", async () => {
    const node = await startHttp();
    const ojob = `rojob: { name: x, retries: 1, priority: 2, resultTtl: "60", maxPerName: 3, timeoutMs: 4000 }\n${ECHO}`;
    expect(await given(node, JSON.stringify({ ojob }))).toMatchObject({
      by: "127.0.0.1",
      settings: {
        name: "x",
        async: false,
        unique: false,
        retries: 1,
        priority: 2,
        resultTtl: 60,
        maxPerName: 3,
        timeoutMs: 4000,
      },
    });
    const over = { name: "y-z", retries: 5, priority: -7, timeoutMs: 10 };
    expect(await given(node, JSON.stringify({ ojob, ...over }))).toMatchObject({
      settings: { name: "y_z", retries: 5, priority: -7, timeoutMs: 10, resultTtl: 60, maxPerName: 3 },
    });
  });

  it("is a lane of its own for management jobs, and for no others", async () => {
    const node = await startHttp({}, { "rojob/echo.yaml": ECHO, "other/rojob/echo.yaml": ECHO });
    expect((await given(node, "rojob/echo.yaml", "/run")).lane).toBe("management");
    expect((await given(node, "/./rojob//echo.yaml", "/run")).lane).toBe("management");
    expect((await given(node, "other/rojob/echo.yaml", "/run")).lane).toBeUndefined();
    expect((await given(node, ECHO, "/ojob")).lane).toBeUndefined();
  });

  it("is the callback, for which it is accepted before it is waited for", async () => {
    const node = await startHttp();
    const run = await given(node, body({ callbackUrl: "http://127.0.0.1:1/done" }));
    expect([run.settings.callbackUrl, node.runs.submitted]).toEqual(["http://127.0.0.1:1/done", [run.uuid]]);
  });
});

describe("a field of the request that is not what it has to be", () => {
  it.each([
    [{ async: "true" }, "'async'", "true or false"],
    [{ name: "" }, "'name'", "a text"],
    [{ name: 5 }, "'name'", "a text"],
    [{ priority: "high" }, "'priority'", "from -1000 to 1000"],
    [{ priority: 1.5 }, "'priority'", "whole number"],
    [{ retries: -1 }, "'retries'", "from 0 to 100"],
    [{ retries: null }, "'retries'", "null"],
    [{ timeoutMs: 0 }, "'timeoutMs'", "of ms from 1"],
    [{ callbackUrl: "ftp://x/y" }, "'callbackUrl'", "http or https"],
    [{ callbackUrl: "not a url" }, "'callbackUrl'", "'not a url'"],
    [{ callbackUrl: 1 }, "'callbackUrl'", "is 1;"],
  ])("is refused: %j", async (fields, ...tells) => {
    const node = await startHttp();
    const answer = await post(node, "/v1/runs", body(fields));
    expectProblem(answer, "bad_field");
    for (const part of tells) expect(answer.json.detail).toContain(part);
    expect(node.specs).toEqual([]);
  });
});

describe("a rojob section that is not what it has to be", () => {
  it.each([
    ["[1]", "'rojob' is a list"],
    ["{ async: maybe }", "true or false"],
    ["{ unique: 1 }", "true or false"],
    ["{ unique: true }", "'rojob.name' is empty; it must be a text when there is 'unique'"],
    ["{ maxPerName: 2 }", "a text when there is 'maxPerName'"],
    ["{ name: [a] }", "'rojob.name' is a list"],
    ["{ timeoutMs: 0 }", "of ms from 1"],
    ["{ timeoutMs: soon }", "'soon'"],
    ["{ retries: 101 }", "from 0 to 100"],
    ["{ priority: 1001 }", "from -1000 to 1000"],
    ["{ resultTtl: -1 }", "of s from 0"],
    ["{ maxPerName: 0, name: x }", "from 1 to"],
  ])("is refused: %s", async (section, tells) => {
    const node = await startHttp();
    const answer = await post(node, "/ojob", `rojob: ${section}\n${ECHO}`);
    expectProblem(answer, "bad_rojob_section");
    expect(answer.json.detail).toContain(tells);
  });
});
