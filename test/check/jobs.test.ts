import { expect, test } from "vitest";
import { checkText, told } from "./check-text.js";

test("jobs that do not exist are reported with the list that names them and a near name", async () => {
  const report = await checkText(`jobs:
- name: Main job
  deps: [ Main jab2, { name: Nobody } ]
  from: Prepar
  to:
  - (pass): { a: 1 }
  - (print): x
- name: Prepare
todo:
- Main jb
- name: Prepare
`);
  expect(told(report)).toEqual([
    "warning 3:11 deps of job 'Main job' names job 'Main jab2', which does not exist; did you mean 'Main job'?; jobs that wait for it are skipped",
    "warning 3:22 deps of job 'Main job' names job 'Nobody', which does not exist; jobs that wait for it are skipped",
    "warning 4:9 from of job 'Main job' names job 'Prepar', which does not exist; did you mean 'Prepare'?; it is skipped",
    "error 10:3 todo names job 'Main jb', which does not exist; did you mean 'Main job'?",
  ]);
  expect(report.runs).toBe(false);
});

test("lists inside of shortcuts are checked, and undefined shortcuts are reported", async () => {
  const report = await checkText(`jobs:
- name: A
  typeArgs: { shortcut: { name: mine, keyArg: k, args: { other: o } } }
todo:
- (if   ): "args.x == 1"
  ((then)): [ A, Ghost, (mine): 3 ]
  ((else)): B
- (optionOn): op
  ((todos)):
    one: [ A, Phantom ]
- (mine): 1
- (mien): 2
`);
  expect(told(report)).toEqual([
    "error 6:18 todo names job 'Ghost', which does not exist",
    "error 7:13 todo names job 'B', which does not exist; did you mean 'A'?",
    "error 10:15 todo names job 'Phantom', which does not exist",
    "error 12:3 todo uses (mien), which is not a shortcut; did you mean 'mine'?",
  ]);
});

test("built-in jobs are there, unless the file does without them", async () => {
  expect(told(await checkText("jobs: []\ntodo:\n- ojob final report\n"))).toEqual([]);
  const without = await checkText("ojob: { includeOJob: false }\njobs: []\ntodo:\n- ojob final report\n");
  expect(without.runs).toBe(false);
});

test("cycles by from, to and deps are errors that show the cycle", async () => {
  const report = await checkText(`jobs:
- name: A
  from: B
- name: B
  deps: [ C ]
- name: C
  to: A
todo: [ A ]
`);
  expect(told(report)).toEqual(["error 7:7 jobs depend on each other (from, to or deps): 'A' -> 'B' -> 'C' -> 'A'"]);
});

test("jobs of includes count, also of those in the run folder and in includes of includes", async () => {
  const files = {
    "one.yaml": "include: [ run.yaml ]\njobs: [{ name: One }]\n",
    "run/run.yaml": "jobs: [{ name: Two }]\n",
  };
  expect(told(await checkText("include: [ one.yaml ]\ntodo: [ One, Two ]\n", { files }))).toEqual([]);
});

test("jobs of includes that the engine has by itself count with their shortcuts", async () => {
  const report = await checkText(
    "include: [ oJobHTTPd.yaml ]\njobs: []\ntodo:\n- (httpdStart): 8080\n- HTTP Stop Server\n",
  );
  expect(told(report)).toEqual([]);
});

test("includes that are not there, encrypted or of strange domains are errors", async () => {
  const report = await checkText(
    "include:\n- none.yaml\n- x.yaml.enc\n- https://example.com/a.yaml\njobs: []\ntodo: [ X ]\n",
  );
  expect(told(report)).toEqual([
    "error 2:3 include 'none.yaml' is neither a file here nor in the run folder",
    "error 3:3 include 'x.yaml.enc' is encrypted: the embedded engine has no key for it",
    "error 4:3 include 'https://example.com/a.yaml': example.com is not an authorised domain; OJOB_AUTHORIZEDDOMAINS lists the authorised domains",
  ]);
});

test("an include of an authorised domain is not fetched; what may come from it is not judged", async () => {
  const env = { OJOB_AUTHORIZEDDOMAINS: "example.com" };
  const report = await checkText("include: [ 'https://example.com/a.yaml' ]\njobs: []\ntodo: [ X ]\n", { env });
  expect([report.runs, report.findings.map(({ severity }) => severity)]).toEqual([true, ["note"]]);
});

test("files that include each other are reported with the cycle", async () => {
  const files = { "one.yaml": "include: [ two.yaml ]\n", "two.yaml": "include: [ one.yaml ]\n" };
  expect(told(await checkText("include: [ one.yaml ]\njobs: []\n", { files }))).toEqual([
    "error 1:12 files include each other: one.yaml -> two.yaml -> one.yaml",
  ]);
});

test("unknown languages and programs that are not installed are reported", async () => {
  const text = `ojob:
  langs: [ { lang: mine, shell: "no-such-program -x" } ]
jobs:
- { name: A, lang: pyton, exec: x }
- { name: B, lang: mine, exec: x }
- { name: C, lang: shell, exec: x }
- { name: D, lang: python, exec: x }
todo: []
`;
  const report = await checkText(text, { env: { PATH: "/nowhere" } });
  expect(told(report)).toEqual([
    "error 4:20 unknown language 'pyton' of job 'A'; did you mean 'python'?",
    "error 5:20 job 'B' in language 'mine' needs 'no-such-program', which is not installed here",
    "error 7:20 job 'D' in language 'python' needs 'python3', which is not installed here",
  ]);
});

test("packages that are not part of the engine are reported, however they are written", async () => {
  const text = "ojob:\n  opacks:\n  - openaf\n  - oJob-common: '>0'\n  - Kube\n  - AWS: '1'\njobs: []\ntodo: []\n";
  const report = await checkText(text);
  expect(report.findings).toMatchObject([
    { severity: "error", kind: "pack", name: "Kube", line: 5, column: 5 },
    { severity: "error", kind: "pack", name: "AWS", line: 6, column: 5 },
  ]);
});
