import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rojob, scratchFolder } from "./program.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
let folder: ReturnType<typeof scratchFolder>;

beforeAll(() => {
  folder = scratchFolder();
  const write = (name: string, text: string) => writeFileSync(join(folder.path, name), text);
  mkdirSync(join(folder.path, "jobs", "node_modules"), { recursive: true });
  write("jobs/good.yaml", "jobs: [{ name: A, exec: print(1) }]\ntodo: [ A ]\n");
  write("jobs/warned.yaml", "jobs:\n- name: A\n  exce: print(1)\ntodo: [ A ]\n");
  write("jobs/bad.yaml", "jobs:\n- name: A\n  exec: |\n    af.fromSQL('x')\ntodo:\n- A\n- Ghost\n");
  write("jobs/data.yaml", "just: data\n");
  write("jobs/data.json", '{ "just": "data" }');
  write("jobs/node_modules/other.yaml", "todo: [ Ghost ]\n");
});
afterAll(() => folder.remove());

const check = (...argv: string[]) => rojob(["check", ...argv], { cwd: folder.path });

test("a file that can run: one line, exit code 0", async () => {
  expect(await check("jobs/good.yaml")).toEqual({ code: 0, stdout: "jobs/good.yaml: ok\n", stderr: "" });
});

test("a folder: every job file below it, findings in columns, exit code 1 if one can not run", async () => {
  const { code, stdout } = await check("jobs");
  expect(code).toBe(1);
  expect(stdout).toBe(`jobs/bad.yaml: cannot run here
  4:5  error    af.fromSQL is not available in the embedded engine
  7:3  error    todo names job 'Ghost', which does not exist
jobs/good.yaml: ok
jobs/warned.yaml: runs here
  3:3  warning  unknown key 'exce' of job 'A' is ignored; did you mean 'exec'?

3 files: 2 can run here, 1 cannot
`);
});

test("warnings alone are no failure", async () => {
  expect((await check("jobs/warned.yaml", "jobs/good.yaml")).code).toBe(0);
});

test("--summary counts the files, the reasons and what is missing", async () => {
  const { code, stdout } = await check("jobs", "--summary");
  expect(code).toBe(1);
  expect(stdout).toBe(`files        3 (and 2 that are not job files)
runnable     2
not runnable 1

Why not (files; one may have several reasons):
      1  functions that the engine lacks
      1  jobs that do not exist

Most often missing (files):
      1  Ghost       job
      1  af.fromSQL  name
`);
});

test("--json is one object with the findings of each file and the summary", async () => {
  const { code, stdout } = await check("jobs/bad.yaml", "--json");
  expect(code).toBe(1);
  const { files, summary } = JSON.parse(stdout);
  expect(files).toMatchObject([{ file: "jobs/bad.yaml", runs: false, missing: ["af.fromSQL"] }]);
  expect(files[0].findings[0]).toEqual({
    severity: "error",
    kind: "name",
    message: "af.fromSQL is not available in the embedded engine",
    file: "jobs/bad.yaml",
    line: 4,
    column: 5,
    name: "af.fromSQL",
  });
  expect(summary).toMatchObject({ files: 1, runnable: 0, notRunnable: 1, reasons: { name: 1, job: 1 } });
});

test("wrong use is told with exit code 2", async () => {
  const none = await check();
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("FILE or FOLDER is missing")]);
  const gone = await check("gone.yaml");
  expect([gone.code, gone.stderr]).toEqual([2, expect.stringContaining('file or folder "gone.yaml" does not exist')]);
  const flag = await check("jobs", "--sumary");
  expect([flag.code, flag.stderr]).toEqual([2, expect.stringContaining("did you mean --summary?")]);
});

test("what is shipped can run: the run folder and the examples", async () => {
  const { code, stdout } = await rojob(["check", "run", "examples"], { cwd: root });
  expect(stdout).not.toMatch(/error|warning/);
  expect(code).toBe(0);
});
