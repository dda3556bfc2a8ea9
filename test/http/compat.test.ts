import { createConnection } from "node:net";
import { describe, expect, it } from "vitest";
import { ECHO, KEY, post, send, startHttp } from "./http-node.js";

const contentTypes = [
  undefined,
  "application/octet-stream",
  "text/plain",
  "application/json",
  "application/x-www-form-urlencoded",
  "nonsense",
  "",
];

describe("the compatibility routes", () => {
  it.each(contentTypes)("take an oJob with content type %j, UTF-8 whatever it says", async (type) => {
    const node = await startHttp();
    const text = `# café €\n${ECHO}`;
    const answer = await post(node, "/ojob?a=1", text, type === undefined ? {} : { "content-type": type });
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toMatch(/^application\/json/);
    expect(answer.json).toEqual({ a: "1" });
    expect(node.specs[0]).toMatchObject({ text, file: "ojob", args: { a: "1" } });
  });

  it("take JSON as well as YAML at /ojob, and one of them at /json and /yaml", async () => {
    const node = await startHttp();
    const json = '{\n\t"jobs": [], "todo": []\n}';
    expect((await post(node, "/ojob", json)).status).toBe(200);
    expect((await post(node, "/json", json)).status).toBe(200);
    expect((await post(node, "/ojob", "{ jobs: [] }")).status).toBe(200);
    expect((await post(node, "/yaml", ECHO)).status).toBe(200);
    expect((await post(node, "/yaml", '{ "jobs": [] }')).status).toBe(200);
    expect((await post(node, "/json", ECHO)).json).toMatchObject({ code: "bad_json" });
  });

  it("accept an absent, an empty and a filled query", async () => {
    const node = await startHttp();
    for (const path of ["/ojob", "/ojob?", "/ojob?&", "/ojob?a=1"])
      expect((await post(node, path, ECHO)).status).toBe(200);
    expect(node.specs.map((spec) => spec.args)).toEqual([{}, {}, {}, { a: "1" }]);
  });

  it("keep query values as strings, decode + and %20, and let the first of a repeated key win", async () => {
    const node = await startHttp();
    const path = "/ojob?a=1&a=2&b=x+y&c=x%20y&d=%C3%A9&%65=5&f&g=&h=1=2&true=true";
    await post(node, path, ECHO);
    expect(node.specs[0]?.args).toEqual({
      a: "1",
      b: "x y",
      c: "x y",
      d: "é",
      e: "5",
      f: "",
      g: "",
      h: "1=2",
      true: "true",
    });
  });

  it("put the query's arguments over those of the oJob, given as a map or as JSON text", async () => {
    const node = await startHttp();
    await post(node, "/ojob?a=q", `args: { a: b, n: 1, m: { k: [1] } }\n${ECHO}`);
    await post(node, "/ojob?a=q", `args: '{ "a": "b", "n": 1 }'\n${ECHO}`);
    await post(node, "/ojob?a=q", `args:\n${ECHO}`);
    expect(node.specs.map((spec) => spec.args)).toEqual([
      { a: "q", n: 1, m: { k: [1] } },
      { a: "q", n: 1 },
      { a: "q" },
    ]);
    const again = await post(node, "/ojob", `args: { a: b, n: 1, m: { k: [1] } }\n${ECHO}`);
    expect(again.json).toEqual({ a: "b", n: 1, m: { k: [1] } });
  });

  it("run a file of the run folder, its path plain or in JSON quotes", async () => {
    const node = await startHttp({}, { "rojob/echo.yaml": ECHO, "a.json": '{"jobs":[]}', "sp ace.yml": ECHO });
    for (const body of [
      "rojob/echo.yaml",
      '"rojob/echo.yaml"',
      "rojob/echo.yaml\r\n",
      '"rojob\\/echo.yaml"',
      "x/../rojob/echo.yaml",
    ]) {
      const answer = await post(node, "/run?a=1", body);
      expect(answer.json).toEqual({ a: "1" });
      expect(node.specs.at(-1)).toMatchObject({ file: "rojob/echo.yaml", text: ECHO });
    }
    expect((await post(node, "/run", "a.json")).status).toBe(200);
    expect((await post(node, "/run", "sp ace.yml")).status).toBe(200);
  });

  it("pass the result on as the job left it, also when that is no map", async () => {
    const node = await startHttp();
    for (const result of [
      '{"a":"1","x":1}',
      "[1,2,3]",
      "null",
      '"text"',
      '{"n":null,"d":"2020-01-01T00:00:00.000Z"}',
    ]) {
      node.ending = { result };
      expect((await post(node, "/ojob", ECHO)).text).toBe(result);
    }
  });

  it("name the run, its way and its times in headers", async () => {
    const node = await startHttp();
    const first = await post(node, "/ojob", ECHO);
    expect(first.headers["x-rojob-uuid"]).toMatch(new RegExp(`^127\\.0\\.0\\.1-${node.port}-\\d{13,}$`));
    expect(first.headers["x-rojob-route"]).toBe("127.0.0.1:1>worker");
    expect(first.headers["server-timing"]).toMatch(/^accept;dur=[\d.]+, wait;dur=0.25, run;dur=1.5$/);
    const second = await post(node, "/ojob", ECHO);
    expect(second.headers["x-rojob-uuid"]).not.toBe(first.headers["x-rojob-uuid"]);
  });

  it("put the name of the rojob section into the uuid, dashes as underscores, nothing in it unsafe", async () => {
    const node = await startHttp();
    await post(node, "/ojob", `rojob: { name: my-job }\n${ECHO}`);
    await post(node, "/ojob", `rojob: { name: "../x y/é" }\n${ECHO}`);
    await post(node, "/ojob", `rojob: { name: 7 }\n${ECHO}`);
    const names = node.specs.map((spec) => spec.uuid.replace(`127.0.0.1-${node.port}-`, "").replace(/\d{13,}$/, ""));
    expect(names).toEqual(["my_job_", ".._x_y___", "7_"]);
  });

  it("let a run go on when its client goes away", async () => {
    const node = await startHttp();
    let release = (): void => {};
    let ended = false;
    const dispatched = new Promise<void>((started) => {
      node.ending = () =>
        new Promise((resolve) => {
          started();
          release = () => {
            ended = true;
            resolve({});
          };
        });
    });
    const socket = createConnection(node.port, "127.0.0.1");
    const head = `POST /ojob HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${KEY}\r\ncontent-length: ${ECHO.length}\r\n\r\n`;
    socket.write(head + ECHO);
    await dispatched;
    socket.destroy();
    release();
    expect(ended).toBe(true);
    expect((await post(Object.assign(node, { ending: {} }), "/ojob", ECHO)).status).toBe(200);
    expect(node.log.filter((line) => line.level === "error")).toEqual([]);
  });

  it("read a body that comes in pieces of unknown length, split within a character", async () => {
    const node = await startHttp({ PRIVATE: true });
    const bytes = Buffer.from(`# €\n${ECHO}`);
    const socket = createConnection(node.port, "127.0.0.1");
    const chunk = (part: Buffer) =>
      Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n")]);
    socket.write("POST /ojob HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n");
    socket.write(chunk(bytes.subarray(0, 3)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.write(Buffer.concat([chunk(bytes.subarray(3)), Buffer.from("0\r\n\r\n")]));
    let text = "";
    for await (const part of socket) text += part;
    expect(text).toMatch(/^HTTP\/1.1 200 /);
    expect(node.specs[0]?.text).toBe(bytes.toString());
  });
});

describe("what is asked of no route", () => {
  it.each(["/ojob", "/yaml", "/json", "/run"])("GET %s is refused with what it takes", async (path) => {
    const node = await startHttp();
    const answer = await send(node.port, path, { method: "GET" });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe("OPTIONS, POST");
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(answer.json).toMatchObject({ result: 0, code: "method_not_allowed", status: 405 });
  });

  it.each(["/", "/nothing", "/ojob/", "/OJOB", "/v1"])("%s is unknown, by GET and by POST", async (path) => {
    const node = await startHttp();
    for (const method of ["GET", "POST"]) {
      const answer = await send(node.port, path, { method });
      expect(answer.status).toBe(404);
      expect(answer.json).toMatchObject({ result: 0, code: "not_found" });
    }
  });

  it("OPTIONS says what a path takes, HEAD is refused without a body", async () => {
    const node = await startHttp();
    const options = await send(node.port, "/ojob", { method: "OPTIONS" });
    expect([options.status, options.headers.allow, options.text]).toEqual([204, "OPTIONS, POST", ""]);
    const health = await send(node.port, "/healthz", { method: "OPTIONS" });
    expect(health.headers.allow).toBe("GET, HEAD, OPTIONS");
    const run = await send(node.port, "/v1/runs/a-1-2", { method: "OPTIONS" });
    expect([run.status, run.headers.allow]).toEqual([204, "DELETE, GET, HEAD, OPTIONS"]);
    const log = await send(node.port, "/v1/runs/a-1-2/log", { method: "DELETE" });
    expect([log.status, log.headers.allow]).toEqual([405, "GET, HEAD, OPTIONS"]);
    const head = await send(node.port, "/ojob", { method: "HEAD" });
    expect([head.status, head.text]).toEqual([405, ""]);
    expect((await send(node.port, "/ojob", { method: "PROPFIND" })).status).toBe(405);
  });
});
