import { expect, test } from "vitest";
import { checkText, told } from "./check-text.js";

test("a correct file has no findings", async () => {
  const report = await checkText("jobs:\n- name: A\n  exec: print(now())\ntodo:\n- A\n");
  expect(report).toEqual({ file: "main.yaml", runs: true, findings: [], missing: [] });
});

test("a YAML error is reported with line and column", async () => {
  const report = await checkText("jobs:\n- name: A\n  exec: { a: b: c }\n");
  expect(report.runs).toBe(false);
  expect(report.findings).toMatchObject([{ severity: "error", kind: "yaml", line: 3, column: 15 }]);
});

test("a JSON error is reported with line and column", async () => {
  const report = await checkText('{\n  "jobs": [],\n  "todo": [,]\n}\n', { name: "main.json" });
  expect(report.findings).toMatchObject([{ severity: "error", kind: "yaml", line: 3, column: 12 }]);
});

test("what in a JSON file is wrong has a place too", async () => {
  const report = await checkText('{\n  "jobs": [],\n  "todo": [ "Ghost" ]\n}\n', { name: "main.json" });
  expect(told(report)).toEqual(["error 3:13 todo names job 'Ghost', which does not exist"]);
});

test("several documents in one file run nothing, which is an error", async () => {
  const report = await checkText("jobs: []\n---\njobs: []\n");
  expect(told(report)).toEqual(["error -:- the file has 2 YAML documents: nothing would run"]);
});

test("aliases that blow up and keys that change prototypes are refused as the engine does", async () => {
  expect(told(await checkText("jobs: []\n__proto__: 1\n"))[0]).toMatch(/__proto__/);
});

test("misspelt keys are warnings with the nearest known one", async () => {
  const report = await checkText(
    "ojob:\n  sharedArgs: true\ninclud: []\njobs:\n- name: A\n  exce: print(1)\n  check:\n    im: { a: isString }\ntodo: []\n",
  );
  expect(report.runs).toBe(true);
  expect(told(report)).toEqual([
    "warning 2:3 unknown key 'sharedArgs' of ojob is ignored; did you mean 'shareArgs'?",
    "warning 3:1 unknown key 'includ' at the top level is ignored; did you mean 'include'?",
    "warning 6:3 unknown key 'exce' of job 'A' is ignored; did you mean 'exec'?",
    "warning 8:5 unknown key 'im' in check of job 'A' is ignored; did you mean 'in'?",
  ]);
});

test("keys that are private by their name are nobody's business", async () => {
  expect(told(await checkText("_data: 1\nx-more: 2\n// Author: me\njobs: []\ntodo: []\n"))).toEqual([]);
});

test("jobs without a name, exec without a value and sections that are no lists are errors", async () => {
  expect(told(await checkText("jobs:\n- exec: a = 1\n- name: B\n  exec:\n- 7\n"))).toEqual([
    "error 2:3 job 1 has no name",
    "error 4:3 exec of job 'B' has no value",
    "error 5:3 job 3 is not a map",
  ]);
  expect(told(await checkText("jobs: {}\ntodo: A\n"))).toEqual([
    "error 1:1 jobs is not a list",
    "error 2:1 todo is not a list",
  ]);
});
