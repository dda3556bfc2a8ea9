import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startInitJobs } from "../../service/catalog/init-jobs.js";
import { OJobSources } from "../../service/catalog/ojob-source.js";
import type { WantedRun } from "../../service/model/runs.js";
import { noteLog, until, workFolder } from "../runs/work-folder.js";

const JOB = "jobs: [{ name: A, exec: '' }]\ntodo: [A]\n";

function start(files: Record<string, string>, options: { INIT?: boolean; INITCHECK?: number } = {}) {
  const folder = workFolder();
  mkdirSync(join(folder, ".rojob", "runs.yaml"), { recursive: true }); // a folder is no job
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, ".rojob", name), text);
  const { lines, log } = noteLog();
  const seen: (WantedRun & { way: "run" | "submit" })[] = [];
  let running = 0;
  const runs = {
    async run(wanted: WantedRun) {
      expect(++running).toBe(1);
      seen.push({ ...wanted, way: "run" });
      await new Promise((resolve) => setTimeout(resolve, 20));
      running--;
      if (wanted.file.includes("refused")) throw new Error("refused");
      const state = wanted.file.includes("failing") ? ("failed" as const) : ("done" as const);
      return { uuid: "u", state, result: "{}", errors: [], timings: { acceptedAt: 0, waitMs: 0, runMs: 1 }, route: "" };
    },
    async submit(wanted: WantedRun) {
      seen.push({ ...wanted, way: "submit" });
      return { record: { uuid: "u" } as any, isNew: true };
    },
  };
  const config = { WORK: folder, INIT: true, INITCHECK: undefined, ...options };
  const jobs = startInitJobs({ config, runs, sources: new OJobSources(), log });
  onTestFinished(() => jobs.stop());
  return { folder, seen, lines, jobs, names: () => seen.map(({ file }) => file) };
}

test("initialization jobs are run one after the other in the order of their names, as runs by `init NAME`", async () => {
  const { seen, names, lines } = start({ "b.json": '{"todo":["A"]}', "a.yaml": `args: { x: 1 }\n${JOB}`, "c.txt": "" });
  await until(() => lines.filter(({ level }) => level === "info").length === 2);
  expect(names()).toEqual(["a.yaml", "b.json"]);
  expect(seen[0]).toMatchObject({
    by: "init a.yaml",
    args: { x: 1 },
    text: expect.stringContaining("todo"),
    way: "run",
  });
});

test("one that fails, is refused or is no oJob does not keep the others from running", async () => {
  const files = {
    "1-failing.yaml": JOB,
    "2-refused.yaml": JOB,
    "3.yaml": "a: [",
    "4.yaml": "just a text",
    "5.yaml": JOB,
  };
  const { names, lines } = start(files);
  await until(() => lines.some(({ fields }) => fields.job === "5.yaml"));
  expect(names()).toEqual(["1-failing.yaml", "2-refused.yaml", "5.yaml"]);
  const failed = lines.filter(({ level }) => level === "error").map(({ fields, message }) => [fields.job, message]);
  expect(failed).toEqual([
    ["1-failing.yaml", "initialization job failed"],
    ["2-refused.yaml", "cannot run an initialization job"],
    ["3.yaml", "cannot run an initialization job"],
    ["4.yaml", "cannot run an initialization job"],
  ]);
});

test("an asynchronous one is submitted and not waited for", async () => {
  const { seen } = start({ "a.yaml": `rojob: { async: true }\n${JOB}`, "b.yaml": JOB });
  await until(() => seen.length === 2);
  expect(seen.map(({ way }) => way)).toEqual(["submit", "run"]);
});

test("with INITCHECK they are run again and again, new ones too, until the node stops", async () => {
  const { folder, names, jobs } = start({ "a.yaml": JOB }, { INITCHECK: 1 });
  await until(() => names().length === 1);
  writeFileSync(join(folder, ".rojob", "b.yaml"), JOB);
  await until(() => names().length === 3);
  expect(names()).toEqual(["a.yaml", "a.yaml", "b.yaml"]);
  jobs.stop();
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(names()).toHaveLength(3);
});

test("with INIT=false there are none", async () => {
  const { names } = start({ "a.yaml": JOB }, { INIT: false });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(names()).toEqual([]);
});
