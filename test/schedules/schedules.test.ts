import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { ServiceError } from "../../service/base/errors.js";
import { ownIdentity } from "../../service/base/process-identity.js";
import { ConfigError, type Schedule } from "../../service/config/index.js";
import { until, workFolder } from "../runs/work-folder.js";
import { everySecond, JOB, runFolder, StandInRuns, startSchedules } from "./stand-in-runs.js";

vi.setConfig({ testTimeout: 60_000 });

const HOUR_MS = 3_600_000;
const hourly: Schedule = { ...everySecond, name: "hourly", cron: "0 * * * *", timezone: "UTC" };

/** The newest of what is kept of a schedule. */
function kept(folder: string, name: string): any {
  if (!existsSync(join(folder, ".rojob", "schedules"))) return undefined;
  const files = readdirSync(join(folder, ".rojob", "schedules")).filter((file) => file.startsWith(`${name}.`));
  const newest = files.sort((a, b) => Number(b.split(".").at(-1)) - Number(a.split(".").at(-1)))[0];
  return newest === undefined
    ? undefined
    : JSON.parse(readFileSync(join(folder, ".rojob", "schedules", newest), "utf8"));
}

/** As if a schedule had last been run some time ago. */
async function lastRun(folder: string, schedule: Schedule, agoMs: number, change: object = {}): Promise<void> {
  const { node } = startSchedules(folder, [schedule]);
  node.start();
  await until(() => kept(folder, schedule.name));
  await node.stop();
  const last = { ...kept(folder, schedule.name), tick: Date.now() - agoMs, state: "submitted", ...change };
  const number = readdirSync(join(folder, ".rojob", "schedules")).length;
  writeFileSync(join(folder, ".rojob", "schedules", `${schedule.name}.${number}`), JSON.stringify(last));
}

describe("a schedule", () => {
  test("submits its job at each of its times, as an asynchronous run in its name", async () => {
    const jobs = runFolder({ "in/a.yaml": `args: { a: 1, b: 2 }\nrojob: { retries: 3 }\n${JOB}` });
    const schedule = { ...everySecond, name: "my-often", job: "in/a.yaml", args: { b: 3 } };
    const { node, runs, messages } = startSchedules(workFolder(), [schedule], { jobs });
    node.check();
    node.start();
    await until(() => runs.submitted.length === 3);
    await node.stop();
    expect(runs.submitted[0]).toMatchObject({
      file: "in/a.yaml",
      text: expect.stringContaining("retries"),
      args: { a: 1, b: 3 },
      by: "schedule my-often",
      settings: { name: "my_often", retries: 3 },
    });
    const ticks = runs.submitted.map(({ idempotencyKey }) => Number(idempotencyKey!.split(" ").at(-1)));
    expect(ticks.every((tick) => tick % 1000 === 0)).toBe(true);
    expect(new Set(ticks).size).toBe(3);
    expect(messages()).toEqual(Array(3).fill("schedule submitted"));
  });

  test("can hold its oJob itself, and keeps out of the way of a job that says how many of its name there may be", async () => {
    const ojob = `rojob: { name: mine, unique: true }\n${JOB}`;
    const { node, runs } = startSchedules(workFolder(), [{ ...everySecond, job: undefined, ojob }]);
    node.start();
    await until(() => runs.submitted.length === 1);
    expect(runs.submitted[0]).toMatchObject({
      file: "schedule often",
      text: ojob,
      settings: { name: "mine", unique: true },
    });
  });

  test("that is not enabled is not run", async () => {
    const schedules = [{ ...everySecond, name: "off", enabled: false }, everySecond];
    const { node, runs } = startSchedules(workFolder(), schedules);
    node.start();
    await until(() => runs.submitted.length === 2);
    expect(new Set(runs.submitted.map(({ by }) => by))).toEqual(new Set(["schedule often"]));
  });

  test("whose job is not there, or is no oJob, keeps the node from starting", () => {
    const jobs = runFolder({ "b.yaml": "just a text" });
    const schedules = [
      everySecond,
      { ...everySecond, name: "b", job: "b.yaml" },
      { ...everySecond, name: "c", job: "../c.yaml" },
      { ...everySecond, name: "d", job: undefined, ojob: "a: [" },
      { ...everySecond, name: "off", job: "gone.yaml", enabled: false },
    ];
    const { node } = startSchedules(workFolder(), schedules, { jobs });
    const problems = (() => {
      try {
        node.check();
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        return (error as ConfigError).problems;
      }
    })();
    expect(problems).toEqual([
      "schedules.often.job: The run folder has no file 'a.yaml'",
      expect.stringMatching(/^schedules\.b\.job: b\.yaml: .* an oJob is one map/),
      "schedules.c.job: '../c.yaml' leads out of the run folder",
      expect.stringMatching(/^schedules\.d\.ojob: schedule d, line 1, column/),
    ]);
  });

  test("that cannot be submitted is logged, and goes on with its next time", async () => {
    const folder = workFolder();
    const runs = new StandInRuns();
    runs.trouble = new Error("disk full");
    const { node, lines } = startSchedules(folder, [everySecond], { runs });
    node.start();
    await until(() => lines.length > 0);
    expect(lines[0]).toMatchObject({
      level: "error",
      message: "cannot run a schedule",
      fields: { schedule: "often", err: runs.trouble },
    });
    await until(() => kept(folder, "often").state === "failed");
    runs.trouble = undefined;
    await until(() => runs.submitted.length > 0);
  });
});

describe("while the run before goes on", () => {
  async function overlapping(overlap: Schedule["overlap"], state: "accepted" | "running" = "running") {
    const runs = new StandInRuns();
    runs.state = state;
    const started = startSchedules(workFolder(), [{ ...everySecond, overlap }], { runs });
    started.node.start();
    await until(() => runs.submitted.length === 1);
    return started;
  }

  test("skip leaves the next one out, until it has ended", async () => {
    const { runs, lines } = await overlapping("skip");
    await until(() => lines.filter(({ level }) => level === "warn").length === 2);
    expect(lines[1]).toMatchObject({
      message: "schedule skipped: the previous run has not ended",
      fields: { schedule: "often", uuid: "u-1" },
    });
    expect(runs.submitted).toHaveLength(1);
    runs.records.get("u-1")!.state = "failed";
    await until(() => runs.submitted.length === 2);
  });

  test("queue lets the next one wait for its end, one at most", async () => {
    const { runs, messages } = await overlapping("queue");
    expect(runs.submitted[0]!.settings).toMatchObject({ name: "often", maxPerName: 1 });
    runs.state = "accepted";
    await until(() => runs.submitted.length === 2);
    await until(() => messages().includes("schedule skipped: the previous run is still waiting"));
    expect(runs.submitted).toHaveLength(2);
    expect(runs.killed).toEqual([]);
  });

  test("kill ends it and runs the next one", async () => {
    const { runs } = await overlapping("kill");
    await until(() => runs.submitted.length === 2);
    expect(runs.killed).toEqual(["u-1"]);
  });

  test("a node that was started anew knows of it", async () => {
    const folder = workFolder();
    const runs = new StandInRuns();
    runs.state = "running";
    const first = startSchedules(folder, [everySecond], { runs });
    first.node.start();
    await until(() => runs.submitted.length === 1);
    await first.node.stop();
    const second = startSchedules(folder, [everySecond], { runs });
    second.node.start();
    await until(() => second.lines.length > 0);
    expect(second.lines[0]!.message).toBe("schedule skipped: the previous run has not ended");
  });
});

describe("after a downtime", () => {
  const later = () => new Promise((resolve) => setTimeout(resolve, 300));

  test("one run makes up for all that were missed", async () => {
    const folder = workFolder();
    await lastRun(folder, { ...hourly, catchUp: true }, 5 * HOUR_MS);
    const { node, runs } = startSchedules(folder, [{ ...hourly, catchUp: true }]);
    node.start();
    await until(() => runs.submitted.length === 1);
    const latest = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    expect(runs.submitted[0]!.idempotencyKey).toBe(`schedule hourly ${latest}`);
    await node.stop();
    const again = startSchedules(folder, [{ ...hourly, catchUp: true }]);
    again.node.start();
    await later();
    expect(again.runs.submitted).toEqual([]);
  });

  test("without catchUp the log has the missed ticks", async () => {
    const folder = workFolder();
    await lastRun(folder, hourly, 2 * HOUR_MS);
    const { node, runs, messages } = startSchedules(folder, [hourly]);
    node.start();
    await until(() => messages().length > 0);
    expect(messages()).toEqual(["schedule missed; use catchUp: true to run missed ticks"]);
    expect(runs.submitted).toEqual([]);
  });

  test("a schedule that is new, or has other times than before, has missed nothing", async () => {
    const folder = workFolder();
    await lastRun(folder, { ...hourly, cron: "30 * * * *" }, 5 * HOUR_MS);
    const schedules = [
      { ...hourly, catchUp: true },
      { ...hourly, name: "new", catchUp: true },
    ];
    const { node, runs, lines } = startSchedules(folder, schedules);
    node.start();
    await later();
    expect([runs.submitted, lines]).toEqual([[], []]);
    expect(kept(folder, "hourly").times).toBe("0 * * * * UTC");
  });

  test("a time that a node had taken and died with is made up for", async () => {
    const folder = workFolder();
    const latest = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    const dead = { ...ownIdentity(), pid: 2 ** 22 + 1 };
    await lastRun(folder, { ...hourly, catchUp: true }, 0, { tick: latest, state: "taken", process: dead });
    const { node, runs } = startSchedules(folder, [{ ...hourly, catchUp: true }]);
    node.start();
    await until(() => runs.submitted.length === 1);
    expect(runs.submitted[0]!.idempotencyKey).toBe(`schedule hourly ${latest}`);
  });

  test("a node that is stopping leaves its time to the next one", async () => {
    const folder = workFolder();
    const runs = new StandInRuns();
    runs.trouble = new ServiceError("draining");
    const { node, lines } = startSchedules(folder, [everySecond], { runs });
    node.start();
    await until(() => kept(folder, "often")?.state === "taken");
    await node.stop();
    expect(lines).toEqual([]);
  });
});

test("nodes that share a work folder run each time once", async () => {
  const folder = workFolder();
  const runs = new StandInRuns();
  // Each submission counts, also one of the same time.
  const submitted: string[] = [];
  runs.submit = async ({ idempotencyKey }) => {
    submitted.push(idempotencyKey!);
    return { record: { uuid: `u-${submitted.length}`, state: "done" } as any, isNew: true };
  };
  const nodes = Array.from({ length: 4 }, () => startSchedules(folder, [everySecond], { runs }).node);
  for (const node of nodes) node.start();
  await until(() => submitted.length >= 4);
  await Promise.all(nodes.map((node) => node.stop()));
  expect(new Set(submitted).size).toBe(submitted.length);
});
