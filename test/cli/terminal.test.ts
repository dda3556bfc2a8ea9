import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { RoJobClient } from "../../service/client/index.js";
import { KEY } from "../http/http-node.js";
import { type ManagedNode, oneJob, startManaged } from "../management/managed-node.js";
import { testWith } from "../services.js";
import { programArgv, rojob, scratchFolder } from "./program.js";

vi.setConfig({ testTimeout: 120_000 });

let folder: ReturnType<typeof scratchFolder>;
let managed: ManagedNode;
let client: RoJobClient;

beforeAll(async () => {
  folder = scratchFolder();
  managed = await startManaged();
  client = new RoJobClient({ url: managed.node.url, apiKey: KEY });
  const slow = `for (var i = 0; i < Number(args.n); i++) { print("line " + i); sleep(100, true) }; __pm.n = i`;
  writeFileSync(join(folder.path, "slow.json"), JSON.stringify(oneJob(slow)));
});
afterAll(async () => {
  await managed?.close();
  folder.remove();
});

/**
 * Runs `rojob` in a terminal of 200 columns.
 * @param onSaid may answer with what is typed
 */
async function inTerminal(
  script: string,
  words: string,
  env: NodeJS.ProcessEnv = {},
  onSaid: (said: string) => string | undefined = () => undefined,
): Promise<{ code: number | null; said: string }> {
  const command = `stty cols 200; exec ${process.execPath} ${programArgv.join(" ")} ${words}`;
  const { PATH, HOME } = process.env;
  const child = spawn(script, ["-qec", command, "/dev/null"], {
    cwd: folder.path,
    env: { PATH, HOME, TERM: "xterm", ROJOB_URL: managed.node.url, ROJOB_APIKEY: KEY, ...env },
  });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
    const typed = onSaid(said);
    if (typed !== undefined) child.stdin.write(typed);
  });
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, said };
}

testWith("script", "runs are a table with aligned columns, in colour unless NO_COLOR is set", async (script) => {
  await client.exec(oneJob("__pm.x = 1"), {}, { idempotencyKey: "a" });
  await client.exec(oneJob("throw 'kaboom'"), {}, { idempotencyKey: "b", name: "a-longer-name" });
  const { code, said } = await inTerminal(script, "runs --limit 2");
  expect(code).toBe(0);
  expect(said).toContain("\x1b[32mdone");
  expect(said).toContain("\x1b[31mfailed");
  const lines = stripVTControlCharacters(said).trimEnd().split(/\r?\n/);
  expect(lines).toHaveLength(3);
  const column = (title: string) => lines[0]!.indexOf(title);
  expect(lines[1]!.slice(column("STATE"))).toMatch(/^failed +(now|\d+s ago) .*kaboom$/);
  expect(lines[2]!.slice(column("STATE"))).toMatch(/^done +(now|\d+s ago) /);
  expect(lines[2]!.slice(column("FILE"))).toMatch(/^ojob +127\.0\.0\.1$/);
  const plain = await inTerminal(script, "runs --limit 2", { NO_COLOR: "1" });
  expect(plain.said).not.toContain("\x1b[");
  const asked = await inTerminal(script, "runs --limit 1 --json");
  expect(JSON.parse(asked.said)).toMatchObject([{ state: "failed" }]);
});

testWith("script", "an oJob that asks not to be waited for is not, unless --wait is given", async (script) => {
  const job = { rojob: { async: true }, ...oneJob("sleep(300, true); __pm.x = 1") };
  writeFileSync(join(folder.path, "async.json"), JSON.stringify(job));
  const env = { ROJOB_URL: managed.node.url, ROJOB_APIKEY: KEY };
  const piped = await rojob(["exec", "async.json"], { cwd: folder.path, env });
  const { uuid } = JSON.parse(piped.stdout);
  expect([piped.code, (await client.wait(uuid)).state]).toEqual([0, "done"]);
  const { code, said } = await inTerminal(script, "exec async.json");
  expect(code).toBe(0);
  const [shown] = stripVTControlCharacters(said).match(/localhost-\d+-\d+/) ?? [""];
  expect((await client.wait(shown)).state).toBe("done");
  const waited = await rojob(["exec", "async.json", "--wait", "60"], { cwd: folder.path, env });
  expect(JSON.parse(waited.stdout)).toEqual({ x: 1 });
  expect((await inTerminal(script, "exec async.json --wait 60")).said).toContain('"x": 1');
});

testWith("script", "a run that takes its time is shown with elapsed time, state and its last line", async (script) => {
  const { code, said } = await inTerminal(script, "exec slow.json n=60");
  expect(code).toBe(0);
  const shown = stripVTControlCharacters(said);
  expect(shown).toMatch(/\d(\.\d)?s localhost-\d+-\d+ is running line \d+/);
  // The line is gone when the result is printed.
  expect(said).toContain('\r\x1b[2K{\r\n  "n": 60\r\n}\r\n');
});

testWith("script", "Ctrl-C leaves a run that was accepted, and says how to get back to it", async (script) => {
  let isTyped = false;
  const { code, said } = await inTerminal(script, "exec slow.json n=600", {}, (all) => {
    if (isTyped || !/ is running .*line \d/.test(stripVTControlCharacters(all))) return undefined;
    isTyped = true;
    return "\x03";
  });
  expect(code).toBe(130);
  const uuid = /(localhost-\d+-\d+) continues on the node: `rojob logs/.exec(said)![1]!;
  expect(await client.get(uuid)).toMatchObject({ state: "running" });
  await client.kill(uuid);
});
