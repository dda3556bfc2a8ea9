import { once } from "node:events";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ErrorCode } from "../../service/base/errors.js";
import { ECHO, post, send, startHttp } from "./http-node.js";
import { bomb, expectProblem } from "./problems.js";

const aliasChain = Array.from({ length: 150 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]`).join("\n");
const manyKeys = Array.from({ length: 2000 }, (_, i) => `k${i}: 1`).join(", ");
const manyMerges = Array.from({ length: 50 }, (_, i) => `b${i}: { <<: *a }`).join("\n");

describe("a body", () => {
  it.each([
    ["a tab", "jobs:\n\t- name: A\n", "bad_yaml", 2],
    ["a key twice", "jobs: []\ntodo: []\njobs: []\n", "bad_yaml", 3],
    ["an open list", "jobs: [", "bad_yaml", 1],
    ["an unknown alias", "jobs: []\ntodo: *nothing", "bad_yaml", 2],
    ["broken JSON", '{\n "jobs": [\n  {"name" "A"}\n ]\n}', "bad_json", 3],
  ])("that is malformed (%s) is refused with its line", async (_name, body, code, line) => {
    const answer = await post(await startHttp(), "/ojob", body);
    expectProblem(answer, code as ErrorCode);
    expect(answer.json.detail).toContain(`line ${line},`);
  });

  it.each([
    ["aliases of lists", bomb(9, 9)],
    ["aliases of a long text", `a: &a ${"x".repeat(10_000)}\nb: [${Array(500).fill("*a").join(",")}]\n${ECHO}`],
    ["deep brackets", `a: ${"[".repeat(5000)}${"]".repeat(5000)}\n${ECHO}`],
    ["deep JSON", `{"jobs":[],"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`],
    ["depth by aliases", `a0: &a0 [1]\n${aliasChain}\n${ECHO}`],
    ["merges of many keys", `a: &a { ${manyKeys} }\n${manyMerges}\n${ECHO}`],
  ])("that is made to grow (%s) is refused at once", async (_name, body) => {
    const node = await startHttp();
    expectProblem(await post(node, "/ojob", body), "document_too_big");
    expect((await post(node, "/ojob", ECHO)).status).toBe(200);
  });

  it("may be large, and may use aliases", async () => {
    const node = await startHttp({ MAXBODY: 4_000_000 });
    const list = JSON.stringify({ jobs: [], args: { list: Array(150_000).fill(1) } });
    expect((await post(node, "/ojob", list)).status).toBe(200);
    expect((await post(node, "/ojob", `a: &a { x: 1 }\nb: { <<: *a }\nc: [*a, *a]\n${ECHO}`)).status).toBe(200);
  });

  it.each([
    ["a list", "- a\n- b"],
    ["empty YAML", "# nothing\n"],
    ["null", "null"],
    ["no jobs", "a: 1"],
    ["jobs as a text", "jobs: hello"],
    ["todo as a map", "jobs: []\ntodo: { a: 1 }"],
    ["two documents", `${ECHO}---\n${ECHO}`],
  ])("that is no oJob (%s) is refused", async (_name, body) => {
    expectProblem(await post(await startHttp(), "/ojob", body), "not_an_ojob");
  });

  it.each(["jobs: []", "todo: []", "include: [a.yaml]", "jobs:\ntodo:\n"])("%j is an oJob", async (body) => {
    expect((await post(await startHttp(), "/ojob", body)).status).toBe(200);
  });

  it.each(["args: 5", "args: text", "args: '[1]'", "args: 2020-01-01"])("with %s is refused", async (args) => {
    expectProblem(await post(await startHttp(), "/ojob", `${args}\n${ECHO}`), "bad_args");
  });

  it("larger than MAXBODY is refused also when its length is not announced", async () => {
    const node = await startHttp({ MAXBODY: 1000, PRIVATE: true });
    const headers = { "transfer-encoding": "chunked" };
    expectProblem(await send(node.port, "/ojob", { body: "x".repeat(1001), headers }), "body_too_large");
    expect((await send(node.port, "/ojob", { body: ECHO.padEnd(1000, "#") })).status).toBe(200);
  });

  it("larger than MAXBODY is refused so that a client sees it that sends all before it reads", async () => {
    const node = await startHttp({ MAXBODY: 1000, PRIVATE: true });
    const socket = connect(node.port, "127.0.0.1").pause();
    onTestFinished(() => void socket.destroy());
    const length = 20_000_000;
    socket.write(`POST /ojob HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${length}\r\n\r\n`);
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.write("x".repeat(length), () => resolve());
    });
    const [reply] = await once(socket.resume(), "data");
    expect(String(reply)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("of no bytes at all is refused on every route", async () => {
    const node = await startHttp();
    for (const path of ["/ojob", "/yaml", "/json", "/run", "/v1/runs"]) {
      expectProblem(await post(node, path), "empty_body");
    }
  });

  it.each([
    [Buffer.from([0xff]), 0],
    [Buffer.from("€x").subarray(1), 0],
    [Buffer.concat([Buffer.from("aé"), Buffer.from("€").subarray(0, 2)]), 3],
    [Buffer.concat([Buffer.from("jobs: []\n# "), Buffer.from([0xc0, 0x80])]), 11],
  ])("that is not UTF-8 is refused with the offset (%#)", async (body, offset) => {
    const answer = await post(await startHttp(), "/ojob", body);
    expectProblem(answer, "not_utf8");
    expect(answer.json.detail).toContain(`offset ${offset} `);
  });

  it.each(["gzip", "deflate", "br", "zstd", "gzip, identity", "identity, gzip", "x-made-up", "GZIP"])(
    "with the Content-Encoding %s is refused, and its connection serves the next request",
    async (encoding) => {
      const node = await startHttp();
      for (const body of [gzipSync(ECHO), gzipSync(Buffer.alloc(300_000)), ECHO]) {
        const answer = await post(node, "/ojob", body, { "content-encoding": encoding });
        expectProblem(answer, "unsupported_encoding");
        expect(answer.json.detail).toContain(`'${encoding}'`);
        expect(answer.headers["accept-encoding"]).toBe("identity");
      }
      expect(node.specs).toEqual([]);
      const plain = await post(node, "/ojob", ECHO);
      expect(plain.status).toBe(200);
    },
  );

  it.each(["identity", "Identity", "identity, identity", ""])("may have the Content-Encoding %j", async (encoding) => {
    expect((await post(await startHttp(), "/ojob", ECHO, { "content-encoding": encoding })).status).toBe(200);
  });

  it("may start with a byte order mark", async () => {
    const node = await startHttp();
    expect((await post(node, "/json", '\uFEFF{"jobs":[]}')).status).toBe(200);
    expect(node.specs[0]?.text).toBe('{"jobs":[]}');
  });
});

describe("keys that could change every object", () => {
  it("are refused in the query, in args, in args as JSON text, and in /v1/runs", async () => {
    const node = await startHttp();
    const jsonArgs = JSON.stringify('{"a":{"__proto__":{}}}');
    for (const [path, body] of [
      ["/ojob?__proto__=1", ECHO],
      ["/ojob?__pro%74o__=1", ECHO],
      ["/ojob", `args:\n  __proto__: { a: 1 }\n${ECHO}`],
      ["/ojob", `args: ${jsonArgs}\n${ECHO}`],
      ["/ojob", '{"jobs":[],"args":{"__proto__":1}}'],
      ["/ojob", '{"jobs":[],"args":{"constructor":{"prototype":{"a":1}}}}'],
      ["/v1/runs", `{"ojob":${JSON.stringify(ECHO)},"args":{"__proto__":1}}`],
    ] as const) {
      expectProblem(await post(node, path, body), "forbidden_key");
    }
    expect(node.specs).toEqual([]);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  it("are not taken for others: constructor and prototype alone are names like any", async () => {
    const node = await startHttp();
    await post(node, "/ojob?constructor=1&toString=2", `args: { prototype: 3 }\n${ECHO}`);
    expect(node.specs[0]?.args).toEqual({ constructor: "1", toString: "2", prototype: 3 });
  });
});
