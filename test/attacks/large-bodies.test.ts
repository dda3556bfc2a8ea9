import { createHash } from "node:crypto";
import { Agent, IncomingMessage, request } from "node:http";
import yaml from "js-yaml";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { hasRaw, type RawArgs, type RawJson } from "../../service/base/json/raw-json.js";
import { readPreferences } from "../../service/http/query/preferences.js";
import { plainFetch } from "../../tools/plain-fetch.js";
import { KEY, post, send, startHttp } from "../http/http-node.js";
import { expectProblem } from "../http/problems.js";

/** Bodies of 10 MB take their time on a machine that does much else, ms. */
vi.setConfig({ testTimeout: 300_000 });
const SIZE = 9_900_000;
/** Longest text that may be parsed on the event loop, characters. */
const MOST_ON_LOOP = 256 * 1024;
const fill = (text: string, size = SIZE): string => text.repeat(Math.floor(size / text.length));

/** Lengths of the texts that this thread, the one of the event loop, parses or serialises. */
function watchParsers(): () => number {
  let longest = 0;
  const note = (text: unknown): void => void (longest = Math.max(longest, typeof text === "string" ? text.length : 0));
  const { parse, stringify } = JSON;
  vi.spyOn(JSON, "parse").mockImplementation((text, reviver) => {
    note(text);
    return parse(text, reviver);
  });
  vi.spyOn(JSON, "stringify").mockImplementation((value: any, replacer?: any, space?: any) => {
    const text = stringify(value, replacer, space);
    note(text);
    return text;
  });
  const { loadAll } = yaml;
  vi.spyOn(yaml, "loadAll").mockImplementation(((text: string, ...rest: [any, any]) => {
    note(text);
    return loadAll(text, ...rest);
  }) as typeof yaml.loadAll);
  onTestFinished(() => void vi.restoreAllMocks());
  return () => longest;
}

const worst: [name: string, path: string, body: () => string, statuses: number[]][] = [
  ["brackets only, as anything", "/ojob", () => fill("["), [400, 422]],
  ["brackets only, as JSON", "/json", () => fill("["), [422]],
  ["brackets and braces", "/json", () => fill('{"a":['), [422]],
  ["a text without an end", "/json", () => `{"a":"${fill("x")}`, [400]],
  ["a text of escapes without an end", "/json", () => `{"a":"${fill("\\n")}`, [400]],
  ["a text without an end in a request", "/v1/runs", () => `{"ojob":"${fill("x")}`, [400]],
  ["blanks", "/ojob", () => fill(" "), [400]],
  ["a number without an end", "/json", () => fill("1"), [422]],
  ["empty lists", "/json", () => `[${fill("[],")}[]]`, [422]],
];

describe("a body of 10 MB", () => {
  it.each(worst)("of %s is answered, and never parsed on the event loop", async (_name, path, body, statuses) => {
    const node = await startHttp({ MAXBODY: 10_000_000 });
    const longest = watchParsers();
    const answer = await post(node, path, body());
    expect(statuses).toContain(answer.status);
    expect(answer.json.code).not.toBe("internal");
    expect(longest()).toBeLessThanOrEqual(MOST_ON_LOOP);
  });

  it.each(["[],", "{}", " ", '"', "\n\t", "[1]\n"])(
    "of %j with a made-up signature v1 is hashed and nothing else",
    async (text) => {
      const node = await startHttp({ MAXBODY: 10_000_000 });
      const longest = watchParsers();
      const headers = { auth: "a".repeat(64) };
      for (const body of [`[${fill(text)}]`, fill(text), `{"a":1}${fill(text)}`]) {
        expectProblem(await send(node.port, "/ojob", { body, headers }), "bad_signature");
      }
      expect(longest()).toBeLessThanOrEqual(MOST_ON_LOOP);
    },
  );

  it("that takes its time leaves the node free to answer others meanwhile", async () => {
    const node = await startHttp({ MAXBODY: 10_000_000 });
    let isOver = false;
    const slow = post(node, "/ojob", `a: [${fill("&a 1,", 3_000_000)}]`).finally(() => {
      isOver = true;
    });
    let answers = 0;
    while (!isOver) {
      expect((await send(node.port, "/healthz", { method: "GET" })).status).toBe(200);
      answers++;
    }
    expect((await slow).status).toBe(422);
    // A node that parses on its event loop answers one or two, before it begins.
    expect(answers).toBeGreaterThan(20);
  });

  it("that takes too long is refused with the limit, and the next one is read", async () => {
    const node = await startHttp({ MAXBODY: 10_000_000 }, {}, { parsing: { limitMs: 300 } });
    const answer = await post(node, "/ojob", `a: [${fill("1,")}]`);
    expectProblem(answer, "document_too_slow");
    expect(answer.json.detail).toContain("300 ms");
    const again = await startHttp({ MAXBODY: 10_000_000 });
    const list = JSON.stringify({ jobs: [], note: fill("x", 400_000) });
    expect((await post(again, "/json", list)).status).toBe(200);
  });

  it("is refused when more wait than there is room for", async () => {
    const node = await startHttp({ MAXBODY: 10_000_000 }, {}, { parsing: { threads: 1, mostWaitingBytes: 1_000_000 } });
    const bodies = Array.from({ length: 6 }, (_, i) => `a${i}: [${fill("1,", 900_000)}]`);
    const answers = await Promise.all(bodies.map((body) => post(node, "/ojob", body)));
    expect(answers.map(({ status }) => status)).toContain(503);
    expect(answers.every(({ json }) => ["busy", "not_an_ojob"].includes(json.code))).toBe(true);
  });
});

describe("a large oJob", () => {
  const text = JSON.stringify({
    jobs: [{ name: "A", exec: "// é漢𝄞" }],
    args: { list: Array(40_000).fill("é"), password: "p".repeat(20_000), a: "own", b: 1, __async: false },
  });

  it("comes to its run as it was sent, with the arguments of the query over its own", async () => {
    const node = await startHttp({ MAXBODY: 10_000_000 });
    const longest = watchParsers();
    expect((await post(node, "/ojob?a=query&c=3", text)).status).toBe(200);
    expect(longest()).toBeLessThanOrEqual(MOST_ON_LOOP);
    vi.restoreAllMocks();
    const [spec] = node.specs;
    expect(hasRaw(spec!)).toBe(true);
    expect((spec!.text as RawJson).toJSON()).toBe(text);
    const args = spec!.args as RawArgs;
    expect(args.toJSON()).toEqual({ ...JSON.parse(text).args, a: "query", c: "3" });
    expect(Object.keys(args.toJSON() as object)).toEqual(["list", "password", "a", "b", "__async", "c"]);
    // Its form in records is short, and without secrets.
    expect(JSON.stringify(args.shown).length).toBeLessThan(20_000);
    expect(args.shown).toMatchObject({ password: "***", a: "query", b: 1, c: "3" });
  });

  it("says itself, or by the query, that it is not to be waited for", async () => {
    const node = await startHttp({ MAXBODY: 10_000_000 });
    expect((await post(node, "/ojob", text.replace('"__async":false', '"__async":true'))).status).toBe(202);
    expect((await post(node, "/ojob?__async=1", text)).status).toBe(202);
    expect((await post(node, "/ojob?__async=0", text.replace('"__async":false', '"__async":true'))).status).toBe(200);
  });

  it("comes with POST /v1/runs as text and as map, and its mistakes are those of a small one", async () => {
    const node = await startHttp({ MAXBODY: 10_000_000 });
    const ojob = JSON.parse(text);
    expect((await post(node, "/v1/runs", JSON.stringify({ ojob, args: { a: 2 } }))).status).toBe(200);
    expect((await post(node, "/v1/runs", JSON.stringify({ ojob: text, args: { a: 2 } }))).status).toBe(200);
    for (const { text: given, args } of node.specs) {
      expect(JSON.parse((given as RawJson).toJSON() as string)).toEqual(ojob);
      expect((args as RawArgs).toJSON()).toMatchObject({ a: 2, b: 1 });
    }
    const padding = "x".repeat(300_000);
    for (const [fields, code] of [
      [{ ojob, asinc: 1 }, "unknown_field"],
      [{ ojob, timeoutMs: padding }, "bad_field"],
      [{ ojob: { jobs: [], rojob: { asinc: padding } } }, "unknown_rojob_key"],
      [{ ojob: { jobs: padding } }, "not_an_ojob"],
      [{ ojob, args: padding }, "bad_args"],
      [{ ojob, callbackUrl: `http://a/${padding}` }, "bad_field"],
    ] as const) {
      expectProblem(await post(node, "/v1/runs", JSON.stringify(fields)), code);
    }
    expectProblem(await post(node, "/v1/runs", `{"ojob":${text},"args":{"__proto__":1}}`), "forbidden_key");
    expectProblem(await post(node, "/ojob", Buffer.concat([Buffer.from(text), Buffer.from([0xff])])), "not_utf8");
  });

  it.each([
    ["/ojob?a=1", text],
    ["/v1/runs", JSON.stringify({ ojob: text })],
  ])("is known again by its Idempotency-Key, with the hash that a small one has: %s", async (path, body) => {
    const node = await startHttp({ MAXBODY: 10_000_000 });
    const key = { "idempotency-key": "large" };
    const answers = [await post(node, path, body, key), await post(node, path, body, key)];
    expect(answers.map(({ headers }) => headers["idempotency-replayed"])).toEqual([undefined, "true"]);
    expectProblem(await post(node, path, body.replace("漢", "字"), key), "idempotency_key_reused");
    expect(node.specs).toHaveLength(1);
    const expected = createHash("sha256").update(`POST ${path}\n`).update(body).digest("hex");
    expect(node.specs[0]?.payloadHash).toBe(expected);
  });

  it("is refused with RUNONLY without being read", async () => {
    const node = await startHttp({ MAXBODY: 10_000_000, RUNONLY: true });
    expectProblem(await post(node, "/ojob", text), "run_only");
    expectProblem(await post(node, "/v1/runs", JSON.stringify({ ojob: text })), "run_only");
  });
});

it("a body that is refused unread is dropped in turns, not by Node at once", async () => {
  const node = await startHttp({ MAXBODY: 10_000_000 });
  const { resume } = IncomingMessage.prototype;
  const flowing: string[] = [];
  vi.spyOn(IncomingMessage.prototype, "resume").mockImplementation(function (this: IncomingMessage) {
    // Requests have a method, answers have none.
    if (this.method) flowing.push(this.url!);
    return resume.call(this);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  for (const path of ["/v1/runs", "/nowhere", "/v1/nodes"]) {
    const status = await new Promise((resolve, reject) => {
      let status: number | undefined;
      const options = { method: "POST", agent, headers: { "content-length": SIZE } };
      const sent = request(node.url + path, options, (answer) => {
        status = answer.statusCode;
        answer.on("data", () => undefined);
      });
      sent.on("error", reject).on("close", () => resolve(status));
      sent.end(Buffer.alloc(SIZE, 32));
    });
    expect(status).toBe(path === "/nowhere" ? 413 : 401);
  }
  expect(flowing).toEqual([]);
});

it("a large result with errors of its own has those of the run in their place, and is not parsed on the event loop", async () => {
  const node = await startHttp();
  const own = { __errors: ["own"], b: { __errors: 1 }, list: Array(100_000).fill("é") };
  const errors = [{ name: "A", error: ["failed"] }];
  node.ending = { state: "failed", result: JSON.stringify(own), errors };
  const longest = watchParsers();
  const answer = await plainFetch(`${node.url}/ojob`, {
    method: "POST",
    body: "jobs: []",
    headers: { authorization: `Bearer ${KEY}` },
  });
  const text = await answer.text();
  expect(longest()).toBeLessThanOrEqual(MOST_ON_LOOP);
  vi.restoreAllMocks();
  expect(JSON.parse(text)).toEqual({ ...own, __errors: errors });
});

it("a header of any make is read in one pass", () => {
  const hostile = [
    `"${'\\"'.repeat(8000)}`,
    '"'.repeat(16_000),
    "\\".repeat(16_000),
    ",".repeat(16_000),
    "a=".repeat(8000),
  ];
  // With a pattern that tries again from each quote the first alone took half a second.
  for (let turn = 0; turn < 300; turn++) {
    for (const header of hostile) expect(readPreferences(header).waitS).toBeUndefined();
  }
  expect(readPreferences('x="a,\\"b, respond-async", wait=5, WAIT=9, respond-async')).toEqual({
    isAsync: true,
    waitS: 5,
  });
  expect(readPreferences('x="respond-async, wait=1')).toEqual({ isAsync: false, waitS: undefined });
});

it("bodies of routes that take a path or a few fields are bounded, from any sender", async () => {
  const node = await startHttp({ MAXBODY: 10_000_000 });
  expectProblem(await post(node, "/run", `"${fill("x")}"`), "body_too_large");
  expect(KEY).not.toBe("");
});
