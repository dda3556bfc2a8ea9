/**
 * Installs the packed program in an empty folder and tries the first examples of README there.
 *
 *     npm pack && tsx tools/try-package.ts rojob-0.1.0.tgz
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const HELLO = 'todo:\n- Hello\n\njobs:\n- name: Hello\n  exec: |\n    __pm.greeting = "Hello " + args.name\n';
const START_MS = 120_000;

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

const tarball = path.resolve(process.argv[2]!);
const folder = mkdtempSync(path.join(tmpdir(), "rojob-package-"));
const counts = { passed: 0, failed: 0 };
let node: ChildProcess | undefined;
/** Output of the node at its end. */
let whole: Promise<Ended> | undefined;
try {
  await tryPackage();
} finally {
  node?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${counts.passed} passed, ${counts.failed} failed, 0 skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function tryPackage(): Promise<void> {
  writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
  writeFileSync(path.join(folder, "hello.yaml"), HELLO);
  const installed = await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball]);
  check("it is installed, and none of its packages asks for another Node", installed, [
    installed.code === 0,
    !/EBADENGINE|deprecated/.test(installed.stderr),
  ]);
  if (installed.code !== 0) return;

  const version = await rojob("--version");
  check("`rojob --version`", version, [/^\d+\.\d+\.\d+\n$/.test(version.stdout), version.stderr === ""]);
  const local = await rojob("exec", "hello.yaml", "--local", "name=Ann");
  check("`rojob exec --local` prints the result map and nothing else", local, [isGreeting(local), local.stderr === ""]);

  const started = await startNode();
  check("`rojob start` in an empty folder is READY and shows a line to try it with", started, [
    /^READY http:/m.test(started.stdout),
    /^Try it: curl /m.test(started.stdout),
  ]);
  const line = /^Try it: (curl .*)$/m.exec(started.stdout)?.[1];
  if (line === undefined) return;
  const tried = await run("sh", ["-c", line.replace("curl ", "curl --silent --show-error ")]);
  check("that line does", tried, [tried.code === 0, tried.stdout.includes('"message":"hello"')]);
  const remote = await rojob("exec", "hello.yaml", "name=Ann");
  check("`rojob exec` finds the node", remote, [isGreeting(remote), remote.stderr === ""]);
  const stopped = await stopNode();
  check("SIGTERM ends it well, and nobody has warned of anything", stopped, [
    stopped.code === 0,
    !/warning|deprecat|experimental/i.test(stopped.stderr),
  ]);
}

function isGreeting({ code, stdout }: Ended): boolean {
  return code === 0 && (JSON.parse(stdout) as { greeting?: string }).greeting === "Hello Ann";
}

/** Counts one promise; shows the output when it is not kept. */
function check(name: string, seen: Ended, facts: boolean[]): void {
  const isKept = facts.every(Boolean);
  counts[isKept ? "passed" : "failed"]++;
  console.log(`${isKept ? "✓" : "×"} ${name}`);
  if (!isKept) console.log(JSON.stringify(seen, undefined, 2));
}

function rojob(...argv: string[]): Promise<Ended> {
  return run(path.join(folder, "node_modules", ".bin", "rojob"), argv);
}

function run(program: string, argv: string[]): Promise<Ended> {
  return listen(spawn(program, argv, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] })).ended;
}

function listen(child: ChildProcess): { said: Ended; ended: Promise<Ended> } {
  const said: Ended = { code: null, stdout: "", stderr: "" };
  child.stdout!.on("data", (chunk) => (said.stdout += chunk));
  child.stderr!.on("data", (chunk) => (said.stderr += chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(Object.assign(said, { code })));
  });
  return { said, ended };
}

/** Output of the node when it is ready, or when it has ended instead. */
async function startNode(): Promise<Ended> {
  const program = path.join(folder, "node_modules", ".bin", "rojob");
  node = spawn(program, ["start", "PORT=0"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const { said, ended } = listen(node);
  whole = ended;
  const ready = new Promise<void>((resolve) => {
    node!.stdout!.on("data", () => /^Try it: .*\n/m.test(said.stdout) && resolve());
    setTimeout(resolve, START_MS).unref();
  });
  await Promise.race([ready, ended]);
  return { ...said };
}

function stopNode(): Promise<Ended> {
  node!.kill("SIGTERM");
  return whole!;
}
