import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rojob, scratchFolder } from "../../cli/program.js";

let folder: ReturnType<typeof scratchFolder>;
beforeAll(() => {
  folder = scratchFolder();
  writeFileSync(join(folder.path, "server.yaml"), server);
});
afterAll(() => folder.remove());

const server = `
include: [oJobMCP.yaml]
ojob: { opacks: [openaf, oJob-common], daemon: false, logToConsole: false }
todo:
- (stdioMCP  ): { serverInfo: { name: tests, title: T, version: 2.0.0 } }
  ((toolPrefix)): t-
  ((fnsMeta)):
    greet: { name: greet, description: Greets, inputSchema: { type: object, properties: { who: { type: string } } } }
  ((fns    )): { greet: Greet, fail: Fail }
jobs:
- name : Greet
  check: { in: { who: isString } }
  exec : args.greeting = "hello " + args.who
- name : Fail
  exec : throw "no way"
`;

/** The server's answers to these messages, one a line. */
async function exchange(messages: object[]): Promise<any[]> {
  const input = messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`).join("");
  const { stdout } = await rojob(["exec", "server.yaml", "--local"], { cwd: folder.path, input });
  return stdout
    .split("\n")
    .filter((line) => line.startsWith('{"jsonrpc"'))
    .map((line) => JSON.parse(line));
}

test("jobs are the tools of an MCP server at standard input and output", async () => {
  const answers = await exchange([
    { id: 1, method: "initialize", params: {} },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/list" },
    { id: 3, method: "tools/call", params: { name: "t-greet", arguments: { who: "you" } } },
    { id: 4, method: "tools/call", params: { name: "t-fail", arguments: {} } },
    { id: 5, method: "nothing" },
  ]);
  expect(answers.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  const [hello, list, greeted, failed, unknown] = answers;
  expect(hello.result).toMatchObject({ protocolVersion: "2024-11-05", serverInfo: { name: "tests" } });
  expect(list.result.tools.map(({ name }: { name: string }) => name)).toEqual(["t-greet", "t-fail"]);
  expect(JSON.parse(greeted.result.content[0].text)).toMatchObject({ greeting: "hello you" });
  expect(failed.result).toMatchObject({ isError: true });
  expect(failed.result.content[0].text).toContain("no way");
  expect(unknown.error.code).toBe(-32601);
});
