import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rojob, scratchFolder } from "../../cli/program.js";

/** A server at standard input and output, which also says what nobody asked for. */
const server = `
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  console.log(JSON.stringify({ jsonrpc: "2.0", method: "notifications/progress", params: {} }));
  const results = { initialize: { serverInfo: { name: "s" } }, "tools/list": { tools: [{ name: "a" }, { name: "b" }] } };
  const result = results[method] ?? { content: [{ type: "text", text: JSON.stringify(params) }] };
  console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
});
`;

test("a job is the client of MCP servers: of a process, of a URL and of its own functions", async () => {
  const folder = scratchFolder();
  const seen: any[] = [];
  const http = createServer(async (request, reply) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { id, method } = JSON.parse(body);
    seen.push([method, request.headers.authorization, request.headers["mcp-session-id"]]);
    if (id === undefined) return void reply.writeHead(202).end();
    reply.writeHead(200, { "content-type": "text/event-stream", "mcp-session-id": "42" });
    reply.end(`event: message\ndata: ${JSON.stringify({ jsonrpc: "2.0", id, result: { tools: [], of: method } })}\n\n`);
  });
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  writeFileSync(join(folder.path, "server.js"), server);
  const code = `
    var own = $mcp({ cmd: "node server.js", blacklist: ["b"] }).initialize();
    __pm.tools = own.listTools().tools.map(t => t.name);
    __pm.called = own.callTool("a", { x: 1 }).content[0].text;
    try { own.callTool("b") } catch(e) { __pm.blocked = e.message }
    own.destroy();
    var far = $mcp({ type: "remote", url: args.url, auth: { type: "bearer", token: "t" } }).initialize();
    __pm.far = far.listTools().of;
    var local = $mcp({ type: "dummy", options: { fns: { sum: p => p.a + p.b } } }).initialize();
    __pm.sum = local.callTool("sum", { a: 1, b: 2 });
    try { $mcp({ cmd: "exit 1" }).initialize() } catch(e) { __pm.ended = e.message }
  `;
  const job = { ojob: { logToConsole: false }, jobs: [{ name: "Main", exec: code }], todo: ["Main"] };
  writeFileSync(join(folder.path, "main.json"), JSON.stringify(job));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  const { stdout, stderr } = await rojob(["exec", "main.json", "--local", `url=${url}`], { cwd: folder.path });
  http.close();
  folder.remove();
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({
    tools: ["a"],
    called: '{"name":"a","arguments":{"x":1}}',
    blocked: "MCP tool 'b' is blacklisted.",
    far: "tools/list",
    sum: 3,
    ended: expect.stringContaining("'exit 1' has ended"),
  });
  expect(seen.at(-1)).toEqual(["tools/list", "Bearer t", "42"]);
});
