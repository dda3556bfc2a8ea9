import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { rojob, scratchFolder } from "./program.js";

let folder: ReturnType<typeof scratchFolder>;
let server: Server;
let url: string;
/** Requests to the node, and its answers. */
let asked: { method?: string; path?: string; headers: IncomingMessage["headers"]; body: string }[];
let answer: { status: number; body: object };

const ran = { uuid: "h-1-2", state: "done", result: { x: 1 }, errors: [], timings: {} };
const good = "jobs: [{ name: A, exec: 'print(\"hello \" + args.a); __pm.x = args.a;' }]\ntodo: [A]\n";

beforeAll(async () => {
  folder = scratchFolder();
  writeFileSync(join(folder.path, "good.yaml"), good);
  writeFileSync(join(folder.path, "boom.yaml"), "jobs: [{ name: Boom, exec: 'throw \"kaboom\"' }]\ntodo: [Boom]\n");
  writeFileSync(join(folder.path, "exit.yaml"), "jobs: [{ name: Exit, exec: 'exit(3)' }]\ntodo: [Exit]\n");
  server = createServer(async (request, reply) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push({ method: request.method, path: request.url, headers: request.headers, body });
    reply.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  folder.remove();
});
beforeEach(() => {
  asked = [];
  answer = { status: 200, body: ran };
});

const run = (argv: string[], env?: NodeJS.ProcessEnv, input?: string) =>
  rojob(["exec", ...argv], { cwd: folder.path, env, input });

test("--local runs the file in this process: its output, then its result map", async () => {
  const { code, stdout, stderr } = await run(["good.yaml", "a=x=y z", "--local"]);
  expect([code, stdout]).toEqual([0, 'hello x=y z\n{\n  "a": "x=y z",\n  "x": "x=y z"\n}\n']);
  expect(stderr).not.toContain("rojob exec:");
});

test("--local ends with 1 and the job's error when a job fails", async () => {
  const { code, stderr } = await run(["boom.yaml", "--local"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^rojob exec: job "Boom" failed: kaboom/m);
});

test("--local ends with the code a job exits with", async () => {
  expect((await run(["exit.yaml", "--local"])).code).toBe(3);
});

test("- is the standard input, and rojob FILE is short for rojob exec FILE", async () => {
  expect((await run(["-", "a=1", "--local"], {}, good)).stdout).toMatch(/^hello 1\n/);
  const short = await rojob(["good.yaml", "a=1", "--local"], { cwd: folder.path });
  expect(short.stdout).toMatch(/^hello 1\n/);
});

test("without --local the file's text and the arguments go to the node, and its result map is printed", async () => {
  const done = await run(["good.yaml", "a=1", "b=x y", "--url", url, "--timeout=500"], {
    ROJOB_APIKEY: "key-of-the-node",
  });
  expect(done).toEqual({ code: 0, stdout: '{\n  "x": 1\n}\n', stderr: "" });
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({ method: "POST", path: "/v1/runs" });
  expect(JSON.parse(asked[0]!.body)).toEqual({ ojob: good, args: { a: "1", b: "x y" }, timeoutMs: 500 });
  expect(JSON.stringify(asked)).not.toContain("key-of-the-node");
});

test("the node and its key can come from the environment, the key from the work folder, too", async () => {
  expect((await run(["good.yaml"], { ROJOB_URL: url.replace("http://", "") })).code).toBe(0);
  const unsigned = Object.keys(asked[0]!.headers);
  mkdirSync(join(folder.path, "work", ".rojob"), { recursive: true });
  writeFileSync(join(folder.path, "work", ".rojob", "apikey"), "the-kept-key\n", { mode: 0o600 });
  expect((await run(["good.yaml"], { ROJOB_URL: url })).code).toBe(0);
  expect(Object.keys(asked[1]!.headers).length).toBeGreaterThan(unsigned.length);
});

test("a run that failed on the node ends with 1, its errors on the standard error output", async () => {
  answer.body = {
    ...ran,
    state: "failed",
    errors: [{ name: "Boom", error: ["kaboom"], at: { file: "b.yaml", line: 3 } }],
  };
  const { code, stdout, stderr } = await run(["boom.yaml", "--url", url]);
  expect([code, JSON.parse(stdout)]).toEqual([1, { x: 1 }]);
  expect(stderr).toBe('rojob exec: job "Boom" failed: kaboom (b.yaml:3)\nrojob exec: run h-1-2 ended as failed\n');
});

test("a killed run ends with 1", async () => {
  answer.body = { ...ran, state: "killed", result: undefined };
  expect(await run(["good.yaml", "--url", url])).toEqual({
    code: 1,
    stdout: "",
    stderr: "rojob exec: run h-1-2 ended as killed\n",
  });
});

test("a refusal is told in the node's words, with advice on the key", async () => {
  answer = { status: 401, body: { detail: "No signature." } };
  const { code, stderr } = await run(["good.yaml", "--url", url, "--apikey", "wrong"]);
  expect([code, stderr]).toEqual([1, "rojob exec: No signature.; check that this is the key of that node\n"]);
});

test("when no node answers, it says how to start one", async () => {
  const { code, stderr } = await run(["good.yaml", "--url", "http://127.0.0.1:9"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^rojob exec: http:\/\/127\.0\.0\.1:9 did not answer: .*; start a node with `rojob start`, or run the file/,
  );
});

test.each([
  [[], "FILE is missing: the path of an oJob, or - for the standard input"],
  [["gone.yaml"], 'FILE "gone.yaml": the file does not exist'],
  [["."], 'FILE ".": it is a folder'],
  [["good.yaml", "a"], '"a" is not a job argument; write name=value'],
  [["good.yaml", "=1"], '"=1" is not a job argument; write name=value'],
  [
    ["good.yaml", "--lokal"],
    "--lokal is not a flag of this command; did you mean --local? (everything after -- is a job argument)",
  ],
  [["good.yaml", "--url"], "--url needs a value"],
  [["good.yaml", "--url", "ftp://x"], 'URL "ftp://x": must be like http://127.0.0.1:8787'],
  [["good.yaml", "--timeout", "1s"], '--timeout: "1s" must be a whole number of ms, at least 1'],
  [["good.yaml", "--local", "--url", "x"], "--local and --url are mutually exclusive"],
  [["good.yaml", "--local", "--timeout=1"], "--timeout needs a node and cannot be used with --local"],
])("rojob exec %j is refused with exit code 2", async (argv, sentence) => {
  expect(await run(argv)).toEqual({
    code: 2,
    stdout: "",
    stderr: `rojob exec: ${sentence}\n\`rojob exec --help\` shows the usage.\n`,
  });
});
