import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Program, scratchFolder, startProgram } from "../../cli/program.js";

let folder: ReturnType<typeof scratchFolder>;
let program: Program;
let url: string;

/** An oJob as public ones are: it includes the packs and never defines a server itself. */
const job = (port: number) => `
include: [oJobMCP.yaml]
ojob: { opacks: [openaf: 20250915, oJob-common: 20250914], daemon: true, logToConsole: false }
todo:
- (if    ): "isDef(args.onport)"
  ((then)):
  - (httpdStart   ): "\${onport:-${port}}"
  - (httpdHealthz ): "\${onport:-${port}}"
  - (httpdMetrics ): "\${onport:-${port}}"
  - (httpdMCP     ): "\${onport:-${port}}"
    ((description)): { serverInfo: { name: tests, title: T, version: 1.0.0 } }
    ((authtoken  )): secret
    ((fnsMeta    )): { add: { name: add, description: Adds, inputSchema: { type: object } } }
    ((fns        )): { add: Add, fail: Fail }
- (httpdService ): ${port}
  ((uri        )): /hello
  ((execURI    )): |
    global.seen = (global.seen || []).concat(request.params.name)
    while (request.params.late && global.seen.indexOf(request.params.late) < 0) sleep(10, true)
    return { data: "hello " + request.params.name, status: 200, mimetype: "text/plain" }
- (httpdService ): ${port}
  ((uri        )): /broken
  ((execURI    )): throw "no good"
- (httpdSSE     ): ${port}
  ((uri        )): /events
  ((execSSE    )): |
    writer.write("first", { n: 1 })
    while ((global.seen || []).indexOf("reader of events") < 0) sleep(10, true)
    writer.write("second", { n: 2 })
- (httpdDefault ): ${port}
  ((code       )): 404
- (httpdUpload  ): ${port}
  ((path       )): in
- (httpdFileBrowse): ${port}
  ((uri        )): /files
  ((path       )): files
  ((restrict   )): secret
jobs:
- name: Add
  exec: args.text = String(Number(args.a) + Number(args.b))
- name: Fail
  exec: throw "no way"
`;

beforeAll(async () => {
  folder = scratchFolder();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  mkdirSync(join(folder.path, "files"));
  writeFileSync(join(folder.path, "files", "a b.yaml"), "x: 1\n");
  writeFileSync(join(folder.path, "files", "secret.txt"), "s");
  writeFileSync(join(folder.path, "job.yaml"), job(port));
  program = startProgram(["exec", "job.yaml", "--local", `onport=${port}`], { cwd: folder.path });
  await program.says("stdout", /(READY[\s\S]*){9}/);
});
afterAll(async () => {
  program.child.kill("SIGKILL");
  await program.ended;
  folder.remove();
});

const get = async (path: string): Promise<{ status: number; text: string }> => {
  const reply = await fetch(url + path);
  return { status: reply.status, text: await reply.text() };
};

async function rpc(method: string, params: object, token = "secret"): Promise<any> {
  const reply = await fetch(`${url}/mcp`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  return reply.json();
}

test("a service, its health and its metrics are served without the pack being installed", async () => {
  expect(await get("/hello?name=you")).toEqual({ status: 200, text: "hello you" });
  const health = await get("/healthz");
  expect(health.status).toBe(200);
  expect(JSON.parse(health.text)).toMatchObject({ mem: { max: expect.any(Number) } });
  expect((await get("/metrics?s=mem")).text).toMatch(/^metric_mem_max \d+/m);
  expect((await get("/nothing")).status).toBe(404);
});

test("a service that fails answers 500 without saying why, and the log says it", async () => {
  expect(await get("/broken")).toEqual({ status: 500, text: "" });
  expect(await program.says("stderr", /broken/)).toContain("no good");
});

test("requests are answered beside one that sleeps, and each is told in the log", async () => {
  // It sleeps until the other one has come.
  const late = get("/hello?name=late&late=quick");
  expect((await get("/hello?name=quick")).text).toBe("hello quick");
  expect((await late).text).toBe("hello late");
  expect(await program.says("stdout", /AUDIT HTTP \| GET \/hello 200 text\/plain \(127\.0\.0\.1; /)).toBeTruthy();
});

test("events are sent when they are written", async () => {
  const reply = await fetch(`${url}/events`);
  expect(reply.headers.get("content-type")).toBe("text/event-stream");
  const reader = reply.body!.getReader();
  const first = new TextDecoder().decode((await reader.read()).value);
  expect(first).toBe('event: first\ndata: {"n":1}\n\n');
  // The second is written after this.
  await get("/hello?name=reader%20of%20events");
  expect(new TextDecoder().decode((await reader.read()).value)).toContain('data: {"n":2}');
  expect((await reader.read()).done).toBe(true);
});

test("an uploaded file stays in its folder whatever its name", async () => {
  const body = new FormData();
  body.append("data", new Blob(["content"]), "../../escaped.txt");
  const reply = await fetch(`${url}/upload`, { method: "POST", body });
  expect([reply.status, await reply.text()]).toEqual([200, "ok"]);
  expect(readFileSync(join(folder.path, "in", "escaped.txt"), "utf8")).toBe("content");
});

test("a folder is listed and its files shown, those restricted and those outside are not there", async () => {
  const list = await get("/files/");
  expect(list.text).toContain('<a href="a%20b.yaml">a b.yaml</a>');
  expect(list.text).not.toContain("secret");
  expect((await get("/files/a%20b.yaml")).text).toContain("<pre>");
  expect((await get("/files/a%20b.yaml?raw=true")).text).toBe("x: 1\n");
  expect((await get("/files/secret.txt")).status).toBe(404);
  expect((await get("/files/..%2fjob.yaml")).status).toBe(404);
});

test("jobs are the tools of an MCP server that asks for its token", async () => {
  expect(await rpc("tools/list", {}, "wrong")).toMatchObject({ error: { message: "Unauthorized" } });
  expect((await rpc("initialize", {})).result).toMatchObject({
    protocolVersion: "2024-11-05",
    serverInfo: { name: "tests" },
  });
  const { tools } = (await rpc("tools/list", {})).result;
  expect(tools.map(({ name }: { name: string }) => name)).toEqual(["add", "fail"]);
  expect((await rpc("tools/call", { name: "add", arguments: { a: 2, b: 3 } })).result).toEqual({
    content: [{ type: "text", text: "5" }],
    isError: false,
  });
  const failed = (await rpc("tools/call", { name: "fail" })).result;
  expect(failed).toMatchObject({ isError: true });
  expect(failed.content[0].text).toContain("no way");
  expect((await rpc("tools/call", { name: "none" })).result.isError).toBe(true);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
