import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { KEY } from "../http/http-node.js";
import { type ManagedNode, oneJob, startManaged } from "../management/managed-node.js";
import { rojob, scratchFolder, startProgram } from "./program.js";

// Each command is a process that is compiled as it starts.
vi.setConfig({ testTimeout: 120_000 });

let folder: ReturnType<typeof scratchFolder>;
let managed: ManagedNode;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = scratchFolder();
  managed = await startManaged();
  env = { ROJOB_URL: managed.node.url, ROJOB_APIKEY: KEY };
  const slow = `for (var i = 0; i < Number(args.n); i++) { print("line " + i); sleep(100, true) }; __pm.n = i`;
  writeFileSync(join(folder.path, "slow.json"), JSON.stringify(oneJob(slow)));
  // It goes on as long as the test wants.
  const gated = `print("before"); while (!io.fileExists(args.gate)) sleep(50, true); print("after é"); __pm = { n: 1 }`;
  writeFileSync(join(folder.path, "gated.json"), JSON.stringify(oneJob(gated)));
  writeFileSync(join(folder.path, "boom.json"), JSON.stringify(oneJob("__pm.x = 1; throw 'kaboom'")));
  writeFileSync(join(folder.path, "async.json"), JSON.stringify({ ...oneJob("__pm.x = 1"), rojob: { async: true } }));
});
afterAll(async () => {
  await managed?.close();
  folder.remove();
});

const run = (...argv: string[]) => rojob(argv, { cwd: folder.path, env });
const json = async (...argv: string[]) => JSON.parse((await run(...argv)).stdout);

test("rojob run runs a job of the run folder and prints its result map", async () => {
  expect(await run("run", "rojob/echo.yaml", "a=1", "b=x y")).toEqual({
    code: 0,
    stdout: '{\n  "a": "1",\n  "b": "x y"\n}\n',
    stderr: "",
  });
  const { code, stderr } = await run("run", "rojob/none.yaml");
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^rojob run: .*none\.yaml/)]);
});

test("a run is submitted, shown, followed and read", async () => {
  const gate = join(folder.path, "gate");
  const { uuid } = await json("exec", "gated.json", `gate=${gate}`, "--async", "--name", "gated", "--priority=3");
  expect(uuid).toMatch(/-gated_\d+$/);
  const early = await run("result", uuid);
  expect([early.code, early.stdout]).toEqual([4, ""]);
  expect(early.stderr).toMatch(
    /^rojob result: run \S+ (is running|is waiting for a worker); wait for its end with --wait S/,
  );
  const follower = startProgram(["logs", uuid, "-f"], { cwd: folder.path, env });
  await follower.says("stdout", /before\n/);
  expect((await run("logs", uuid)).stdout).toBe("before\n");
  const waiter = run("result", uuid, "--follow");
  writeFileSync(gate, "");
  expect(await follower.ended).toEqual({ code: 0, stdout: "before\nafter é\n", stderr: "" });
  const result = await waiter;
  expect([result.code, JSON.parse(result.stdout)]).toEqual([0, { n: 1 }]);
  const [record, ...others] = await json("runs", "--name", "gated", "--state", "done", "--since", "10m", "--limit=5");
  expect(others).toEqual([]);
  expect(record).toMatchObject({ uuid, state: "done", priority: 3, args: { gate } });
});

test("runs that failed are told of the same way when they are waited for and when they are asked for", async () => {
  const waited = await run("exec", "boom.json", "--wait", "60");
  expect([waited.code, JSON.parse(waited.stdout)]).toEqual([1, { x: 1 }]);
  const uuid = /run (\S+) ended as failed/.exec(waited.stderr)![1]!;
  expect(waited.stderr).toMatch(/^rojob exec: job "A" failed: kaboom/m);
  const asked = await run("result", uuid);
  expect(asked).toEqual({ ...waited, stderr: waited.stderr.replaceAll("rojob exec:", "rojob result:") });
});

test("a run that goes on after --wait is left alone, and ended by rojob kill", async () => {
  const { code, stdout, stderr } = await run("exec", "slow.json", "n=600", "--wait", "1");
  const { uuid } = JSON.parse(stdout);
  expect([code, stderr]).toEqual([4, `rojob exec: the run has not ended after 1 s: see \`rojob result ${uuid}\`\n`]);
  const killed = await run("kill", uuid, "h-1-2");
  expect(killed.code).toBe(1);
  expect(JSON.parse(killed.stdout)).toEqual([
    { uuid, isKilled: true, state: "killed" },
    { uuid: "h-1-2", isKilled: false, state: expect.stringContaining("h-1-2") },
  ]);
  const result = await run("result", uuid);
  expect([result.code, result.stdout]).toEqual([1, ""]);
  expect(result.stderr).toContain(`run ${uuid} ended as killed`);
});

test("of an oJob that says async the uuid is printed; an idempotency key stands for one run", async () => {
  expect(await json("exec", "async.json")).toEqual({ uuid: expect.stringMatching(/-\d+$/) });
  const argv = ["exec", "async.json", "--async", "--idempotency", "one"];
  expect(await json(...argv)).toEqual(await json(...argv));
});

test("a reader that goes away ends rojob logs, not the run", async () => {
  const { uuid } = await json("exec", "slow.json", "n=600", "--async");
  const follower = startProgram(["logs", uuid, "--follow"], { cwd: folder.path, env });
  await follower.says("stdout", /line 1\n/);
  follower.child.stdout!.destroy();
  expect((await follower.ended).code).toBe(0);
  expect((await run("kill", uuid)).code).toBe(0);
});

test("unknown runs and wrong keys are told", async () => {
  expect(await run("logs", "h-1-2")).toMatchObject({ code: 1, stderr: expect.stringContaining("h-1-2") });
  const { code, stderr } = await run("runs", "--key", "wrong");
  expect([code, stderr]).toEqual([1, expect.stringMatching(/; check that this is the key of that node\n$/)]);
});
