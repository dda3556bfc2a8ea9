import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testWith } from "../services.js";
import { programArgv, rojob, scratchFolder } from "./program.js";

let folder: ReturnType<typeof scratchFolder>;

const main = `help:
  text: Greets someone.
  expects:
  - { name: who, desc: whom to greet, mandatory: true, example: the world }
  - { name: how, desc: the way }
  - { name: pass, desc: a password, mandatory: true, secret: true }
include: [ common.yaml, oJobHTTPd.yaml ]
init: { since: 2020-01-02 }
jobs:
- name: Greet
  deps: [ Prepare, { name: Common, onFail: return true } ]
  from: [ (pass): { x: 1 } ]
  to: Report
  exec: |
    io.writeFileString("ran.txt", "yes")
    __pm.greeted = args.who
- name: Prepare
  deps: Common
  help: { text: Prepares it }
- name: Report
- name: Alone
- name: Never
todo:
- Prepare
- name: Greet
  when: init
  args: { a: 1, b: [ 1, 2 ] }
- (if): args.x == 1
  ((then)): [ Alone ]
`;

beforeAll(() => {
  folder = scratchFolder();
  const write = (name: string, text: string) => writeFileSync(join(folder.path, name), text);
  write("main.yaml", main);
  write("common.yaml", "help: { text: Not this }\njobs: [{ name: Common }]\ntodo: [ Common ]\n");
  write("served.yaml", "include: [ oJobHTTPd.yaml ]\ntodo:\n- (httpdStart): 8080\n");
  write("broken.yaml", "include: [ none.yaml ]\njobs: []\n");
  write("quiet.yaml", `${main}ojob: { showHelp: false }\n`);
});
afterAll(() => folder.remove());

const exec = (...argv: string[]) => rojob(["exec", ...argv], { cwd: folder.path });
const usage = `Greets someone.

Usage: rojob exec main.yaml who=… [how=…] pass=…

 * who   whom to greet
   how   the way
 * pass  a password

* required

Example: rojob exec main.yaml 'who=the world'
`;

test("--help shows what the file does and expects; without a file it is that of the command", async () => {
  expect(await exec("main.yaml", "--help")).toEqual({ code: 0, stdout: usage, stderr: "" });
  expect((await rojob(["main.yaml", "-h"], { cwd: folder.path })).stdout).toBe(usage);
  expect((await exec("--help")).stdout).toMatch(/^Usage: rojob exec FILE/);
});

test("--jobs shows the jobs, those of included files too, with their help", async () => {
  expect((await exec("main.yaml", "--jobs")).stdout).toBe(
    "Common\nGreet\nPrepare  Prepares it\nReport\nAlone\nNever\n",
  );
});

test("--todo shows the todo list in its order, shortcuts translated", async () => {
  expect((await exec("main.yaml", "--todo")).stdout).toBe(`Common
Prepare
Greet  when init  {a: 1, b: [1, 2]}
ojob if  {__condition: args.x == 1, __then: [Alone]}
`);
});

test("--deps shows what each entry needs as a tree, and what nothing reaches", async () => {
  expect((await exec("main.yaml", "--deps")).stdout).toBe(`Common
Prepare
└─ deps Common
Greet
├─ deps Prepare
│  └─ deps Common
├─ deps Common
├─ from (pass)
└─ to Report
ojob if
└─ then Alone

Not in todo:
Never
`);
});

test("--compile gives one YAML that runs the same", async () => {
  const { code, stdout } = await exec("main.yaml", "--compile");
  const compiled = yaml.load(stdout) as any;
  expect(code).toBe(0);
  expect(compiled).toMatchObject({
    include: ["oJobHTTPd.yaml"],
    init: { since: new Date("2020-01-02") },
    help: { text: "Greets someone." },
  });
  expect(compiled.jobs.map((job: any) => job.name)).toEqual(["Common", "Greet", "Prepare", "Report", "Alone", "Never"]);
  expect(stdout).toContain('  exec: |\n      io.writeFileString("ran.txt", "yes")\n');
  writeFileSync(join(folder.path, "compiled.yaml"), stdout);
  const ran = await exec("compiled.yaml", "--local", "who=you", "pass=x");
  expect([ran.code, JSON.parse(ran.stdout)]).toEqual([0, { who: "you", pass: "x", greeted: "you" }]);
});

test("--compile leaves includes whose jobs are part of the engine, and their shortcuts as they are written", async () => {
  const compiled = yaml.load((await exec("served.yaml", "--compile")).stdout);
  expect(compiled).toEqual({ include: ["oJobHTTPd.yaml"], todo: [{ "(httpdStart)": 8080 }], jobs: [] });
});

test("a file that can not be loaded is an error, and two views exclude each other", async () => {
  const broken = await exec("broken.yaml", "--jobs");
  expect([broken.code, broken.stderr]).toEqual([
    1,
    expect.stringContaining("broken.yaml: File not found! (none.yaml)"),
  ]);
  expect((await exec("main.yaml", "--jobs", "--todo")).code).toBe(2);
});

test.each([["--local"], ["--url=http://127.0.0.1:1"]])(
  "mandatory arguments that are missing are told together and nothing runs (%s)",
  async (flag) => {
    expect(await exec("main.yaml", "how=1", flag)).toEqual({
      code: 1,
      stdout: "",
      stderr: `rojob exec: main.yaml: missing arguments: who, pass\n\n${usage}`,
    });
  },
);

test("with ojob.showHelp false no argument is asked for", async () => {
  expect((await exec("quiet.yaml", "--local")).code).toBe(0);
});

testWith("script", "in a terminal --local asks for the arguments that are missing", async (script) => {
  const command = `${process.execPath} ${programArgv.join(" ")} exec main.yaml --local`;
  const child = spawn(script, ["-qec", command, "/dev/null"], { cwd: folder.path });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
    if (/who \(whom to greet\): $/.test(said)) child.stdin.write("you\n");
    if (/pass \(a password\): $/.test(said)) child.stdin.end("s3cret\n");
  });
  const code = await new Promise((done) => child.on("close", done));
  expect([code, said]).toEqual([0, expect.stringContaining('"greeted": "you"')]);
  // Its answer is not echoed: it is there only as part of the result.
  expect(said.match(/s3cret/g)).toHaveLength(1);
});
