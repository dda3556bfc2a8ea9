import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { plainFetch } from "../../tools/plain-fetch.js";
import { type Program, scratchFolder, startProgram } from "../cli/program.js";
import { until } from "../runs/work-folder.js";
import { runFolder } from "./stand-in-runs.js";

// Whole nodes from their sources.
vi.setConfig({ testTimeout: 120_000 });

const TICK = "todo: [Tick]\njobs: [{ name: Tick, exec: '__pm.n = args.n + 1' }]\n";
const CONFIG = `
PRIVATE: true
WORKERS: 1
schedules:
- { name: often, cron: "* * * * * *", job: tick.yaml, args: { n: 41 } }
`;

interface Node extends Program {
  port: string;
  pidFile: string;
}

function scratch(config = CONFIG): string {
  const folder = scratchFolder();
  onTestFinished(folder.remove);
  writeFileSync(join(folder.path, "rojob.config.yaml"), config);
  return folder.path;
}

function start(cwd: string, jobs: string, ...argv: string[]): Program {
  const program = startProgram(["start", "PORT=0", `RUN=${jobs}`, ...argv], { cwd });
  onTestFinished(async () => {
    program.child.kill("SIGKILL");
    await program.ended;
  });
  return program;
}

async function startNode(cwd: string, jobs: string, ...argv: string[]): Promise<Node> {
  const program = start(cwd, jobs, ...argv);
  const [, port] = /READY http:\/\/localhost:(\d+)/.exec(await program.says("stdout", /READY http\S+\n/))!;
  return { ...program, port: port!, pidFile: join(cwd, "work", ".rojob", `roJob_localhost_${port}.pid`) };
}

/** The times that a node has submitted runs for. */
const ticksOf = (stderr: string) => [...stderr.matchAll(/schedule submitted .*tick=(\S+)/g)].map(([, tick]) => tick!);

test("nodes on one work folder run each time once, and both report the outcome", async () => {
  const cwd = scratch();
  const jobs = runFolder({ "tick.yaml": TICK });
  const nodes = await Promise.all([startNode(cwd, jobs), startNode(cwd, jobs)]);
  await Promise.any(nodes.map(({ says }) => says("stderr", /(schedule submitted[\s\S]*){3}/)));
  for (const { port } of nodes) {
    let runs: { by: string; uuid: string }[] = [];
    // A list learns of what another node has accepted some time later.
    await until(async () => {
      const reply = await plainFetch(`http://127.0.0.1:${port}/v1/runs?name=often`);
      ({ runs } = (await reply.json()) as { runs: typeof runs });
      return runs.length > 0;
    }, "a run in the list");
    expect(new Set(runs.map(({ by }) => by))).toEqual(new Set(["schedule often"]));
    const resultAt = `http://127.0.0.1:${port}/v1/runs/${runs.at(-1)!.uuid}/result`;
    await expect.poll(async () => (await plainFetch(resultAt)).json()).toEqual({ n: 42 });
  }
  for (const { child } of nodes) child.kill("SIGTERM");
  const ends = await Promise.all(nodes.map(({ ended }) => ended));
  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  const ticks = ends.flatMap(({ stderr }) => ticksOf(stderr));
  expect(ticks.length).toBeGreaterThanOrEqual(3);
  expect(new Set(ticks).size).toBe(ticks.length);
});

test("a node that was killed is followed by one in its place, not by two; removing the pid file stops that one", async () => {
  const cwd = scratch();
  const jobs = runFolder({ "tick.yaml": TICK });
  const first = await startNode(cwd, jobs);
  await first.says("stderr", /schedule submitted/);
  first.child.kill("SIGKILL");
  await first.ended;
  expect(existsSync(first.pidFile)).toBe(true);
  const second = await startNode(cwd, jobs, `PORT=${first.port}`);
  expect(readFileSync(second.pidFile, "utf8")).toMatch(new RegExp(`^${second.child.pid}\n`));
  await second.says("stderr", /schedule submitted/);
  const third = await start(cwd, jobs, `PORT=${first.port}`, "LISTEN=127.0.0.2").ended;
  expect(third.code).toBe(1);
  expect(third.stderr).toContain(
    `process ${second.child.pid} is already node localhost:${first.port}; stop it, or start with another PORT or WORK`,
  );
  rmSync(second.pidFile);
  const { code, stderr } = await second.ended;
  expect([code, stderr]).toEqual([0, expect.stringContaining("the pid file was removed")]);
  expect(readdirSync(join(cwd, "work", ".rojob")).filter((name) => name.endsWith(".pid"))).toEqual([]);
});

test("a schedule whose job is not there keeps the node from starting, and says which", async () => {
  const { code, stdout, stderr } = await start(scratch(), runFolder({})).ended;
  expect([code === 0, stdout]).toEqual([false, ""]);
  expect(stderr).toContain("schedules.often.job: The run folder has no file 'tick.yaml'");
});
