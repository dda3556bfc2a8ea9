import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Program, rojob, runFolder, scratchFolder, startProgram } from "./program.js";

// Each test starts whole nodes from their sources, some of them twice.
vi.setConfig({ testTimeout: 120_000 });

const shell = promisify(execFile);
let folder: ReturnType<typeof scratchFolder>;
let programs: Program[];
beforeEach(() => {
  folder = scratchFolder();
  programs = [];
});
afterEach(async () => {
  for (const { child, ended } of programs) {
    child.kill("SIGKILL");
    await ended;
  }
  folder.remove();
});

/** A node on a free port that has said READY. */
async function startNode(argv: string[] = [], env?: NodeJS.ProcessEnv) {
  const all = ["start", "PORT=0", "WORKERS=1", "SPARES=1", "FORK=false", `RUN=${runFolder}`, ...argv];
  const program = startProgram(all, { cwd: folder.path, env });
  programs.push(program);
  const text = await program.says("stdout", /READY (http\S+)\n([\s\S]*\n)?$/);
  return { ...program, text, url: /READY (\S+)/.exec(text)![1]! };
}

async function stop({ child, ended }: Program, signal: NodeJS.Signals = "SIGTERM") {
  child.kill(signal);
  return await ended;
}

const curlLine = (text: string) => /^Try it: (curl .*)$/m.exec(text)![1]!;
const sh = async (line: string) =>
  (await shell("sh", ["-c", line.replace("curl", "curl -sS")], { cwd: folder.path })).stdout;

test("the first start prints a generated key with a curl line that works; the second start keeps the key to itself, and its log to a file with LOG", async () => {
  const first = await startNode();
  const key = readFileSync(join(folder.path, "work", ".rojob", "apikey"), "utf8").trim();
  expect(first.text.split(key)).toHaveLength(3);
  expect(JSON.parse(await sh(curlLine(first.text)))).toMatchObject({ message: "hello" });
  const { code, stderr } = await stop(first);
  expect(code).toBe(0);
  expect(stderr).not.toContain(key);

  // With LOG the log goes to a file and the standard error output stays silent.
  const second = await startNode(["LOG=logs", "HOST=127.0.0.1"]);
  expect(second.text).not.toContain(key);
  expect(JSON.parse(await sh(curlLine(second.text)))).toMatchObject({ message: "hello" });
  expect(await stop(second, "SIGINT")).toMatchObject({ code: 0, stderr: "" });
  const { port } = new URL(second.url);
  const [name, ...others] = readdirSync(join(folder.path, "logs"));
  expect([name, others]).toEqual([
    expect.stringMatching(new RegExp(`^rojob-127\\.0\\.0\\.1-${port}-\\d{4}-\\d\\d-\\d\\d\\.log$`)),
    [],
  ]);
  const log = readFileSync(join(folder.path, "logs", name!), "utf8");
  expect(log).toMatch(/ INFO stopped\n$/);
  expect(log).not.toContain(key);
});

test("a key of one's own is asked for and never printed", async () => {
  const node = await startNode([], { APIKEY: "a-key-of-our-own-123" });
  expect(node.text).toBe(`READY ${node.url}\n`);
  writeFileSync(join(folder.path, "e.yaml"), "jobs: [{ name: A, exec: '__pm.two = 1 + 1' }]\ntodo: [A]\n");
  const exec = (env: NodeJS.ProcessEnv) =>
    rojob(["exec", "e.yaml"], { cwd: folder.path, env: { ROJOB_URL: node.url, ...env } });
  const good = await exec({ ROJOB_APIKEY: "a-key-of-our-own-123" });
  expect([good.code, JSON.parse(good.stdout)]).toEqual([0, { two: 2 }]);
  const wrong = await exec({ ROJOB_APIKEY: "another" });
  expect([wrong.code, wrong.stdout]).toEqual([1, ""]);
  const { stdout, stderr } = await stop(node);
  expect(stdout + stderr).not.toContain("a-key-of-our-own");
});

test("PRIVATE asks for no key and warns about it; a second signal ends a node at once, with 1", async () => {
  const node = await startNode(["PRIVATE=true", "KILLGRACE=600000"]);
  expect(JSON.parse(await sh(curlLine(node.text)))).toMatchObject({ message: "hello" });
  writeFileSync(
    join(folder.path, "s.yaml"),
    "jobs: [{ name: S, exec: 'print(\"sleeping\"); sleep(600000, true)' }]\ntodo: [S]\n",
  );
  const exec = startProgram(["exec", "s.yaml", "--url", node.url], { cwd: folder.path });
  programs.push(exec);
  await node.says("stderr", /sleeping/);
  node.child.kill("SIGTERM");
  await node.says("stderr", /stopping; a second signal ends it at once/);
  const { code, stderr } = await stop(node);
  expect(code).toBe(1);
  expect(stderr).toContain("WARN PRIVATE is true: no key is required");
  expect((await exec.ended).code).toBe(1);
});

test("a port that is taken is told as the option it is", async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
  const { port } = other.address() as AddressInfo;
  const { code, stdout, stderr } = await rojob(["start", `PORT=${port}`, "WORKERS=1"], { cwd: folder.path });
  await new Promise((done) => other.close(done));
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(
    `rojob start: PORT: ${port} on 127.0.0.1 is used by another program; choose another, or PORT=0 for any free one\n`,
  );
});

test("an address that is not of this machine is told as the option it is", async () => {
  const { code, stderr } = await rojob(["start", "LISTEN=192.0.2.1", "PORT=0", "WORKERS=1"], { cwd: folder.path });
  expect(code).toBe(1);
  expect(stderr).toContain(
    'rojob start: LISTEN: "192.0.2.1" is not an address of this machine; use 0.0.0.0 for all addresses\n',
  );
});
