import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchFolder, startProgram } from "../../cli/program.js";
import { runOJob, textsOf } from "../ojob/run-ojob.js";

test("jobs of the basics, files and templates packs do what their names say", async () => {
  const ran = await runOJob(
    `
include: [oJobBasics.yaml, oJobIO.yaml, oJobHBS.yaml, oJobDebug.yaml, oJobNet.yaml]
ojob: { opacks: [openaf, oJob-common: "20240101"], logToConsole: false }
todo:
- name: oJob Set
  args: { name: list, value: [3, 1, 2] }
- name: oJob Sort Array
  args: { name: list, reverse: true }
- name: oJob sh
  args: { cmd: ["echo {{who}}", "echo done"], who: you, prefix: P }
- name: oJob Switch
  args: { switchOn: mode, mode: " Fast ", lowerCase: true, todos: { fast: [Chosen] } }
- name: IO Append File
  args: { target: a.txt, line: [one, two] }
- Replace
- name: IO Modify text file
  args: { file: a.txt, find: "two\\n", replace: "three\\n" }
- Main
jobs:
- name: Replace
  from: IO Find & Replace
  args: { target: a.txt, search: ^o, replace: O }
- name: Chosen
  exec: __pm.chosen = true
- name: Main
  from: [{ name: oJob Args from JSON, args: { file: given.json } }, oJob Split into items]
  args: { source: text, separator: "," }
  exec: |
    __pm.list = global.list; __pm.text = io.readFileString("a.txt"); __pm.items = args._list
    $job("oJob Keep result", { _list: [1] }); __pm.kept = $job("oJob Get kept result", {})._list
`,
    {},
    { "given.json": '{"text":"a,b"}' },
  );
  expect(textsOf(ran)).toEqual({});
  expect(ran.pm).toMatchObject({
    list: [3, 2, 1],
    chosen: true,
    text: "One\nthree\n",
    items: [{ item: "a" }, { item: "b" }],
    kept: [1],
  });
  expect(ran.stdout).toContain("P | you\nP | done\n");
});

test("a watchdog tells what it finds in a log once, and starts what does not run", async () => {
  const ran = await runOJob(
    `
include: [oJobWatchDog.yaml]
ojob: { logToConsole: false }
todo: [Watch, Watch, Dead]
jobs:
- name: Watch
  from: oJob WatchDog
  args: { checks: { log: { folder: ., fileRE: "^app.log$", stringRE: OutOf, histFile: seen.json } }, execToStart: "1" }
  exec: (__pm.found = __pm.found || []).push(args.__watchdog.shouldRestart)
- name: Dead
  from: oJob WatchDog
  args: { checks: { pid: { file: gone.pid } }, cmdToStart: "echo up > started" }
  exec: __pm.started = io.readFileString("started").trim()
`,
    {},
    { "app.log": "fine\nOutOfMemory\n" },
  );
  expect(textsOf(ran)).toEqual({});
  expect(ran.pm).toMatchObject({ found: [true, false], started: "up" });
});

test("a file of the pack that is not covered is refused with its name and the engine that has it", async () => {
  const { exception } = await runOJob("include: [oJobSQL.yaml]\ntodo: []\njobs: []\n");
  expect(exception?.message).toMatch(/oJobSQL\.yaml.*JDBC.*ENGINE=openaf/);
});

test("a REST service answers its verbs, tells its errors and documents itself", async () => {
  const folder = scratchFolder();
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const free = (probe.address() as AddressInfo).port;
      probe.close(() => resolve(free));
    });
  });
  writeFileSync(
    join(folder.path, "rest.yaml"),
    `
include: [oJobRest.yaml]
init: { port: ${port} }
ojob: { opacks: [oJob-common], daemon: true, logToConsole: false }
todo:
- name: REST Start Server
  args: "({ port: _$(args.port, 'port').default(global.args.init.port) })"
- Items
- Doc
- Health
jobs:
- name: Items
  to  : REST Service
  args:
    uri      : /items
    execGET  : "return { got: idxs.id }"
    execPOST : "if (!data.a) throw 'a is missing'; return { made: data.a }"
    docGET   : { desc: Gives an item, out: [{ field: got, type: number, description: Its id }] }
  exec: args.port = _$(args.port, "port").default(global.args.init.port)
- name: Doc
  to  : REST Doc Service
  args: { docURI: /items }
  exec: args.port = global.args.init.port
- name: Health
  to  : REST Healthz
  exec: args.port = global.args.init.port
`,
  );
  const program = startProgram(["exec", "rest.yaml", "--local"], { cwd: folder.path });
  try {
    await program.says("stdout", /(READY[\s\S]*){3}/);
    const ask = async (path: string, init?: RequestInit) =>
      (await fetch(`http://127.0.0.1:${port}${path}`, init)).text();
    expect(JSON.parse(await ask("/items/id/5"))).toEqual({ got: 5 });
    expect(JSON.parse(await ask("/items", { method: "POST", body: '{"a":1}' }))).toEqual({ made: 1 });
    expect(JSON.parse(await ask("/items", { method: "POST", body: "{}" }))).toEqual({ __error: "a is missing" });
    expect(await ask("/docs")).toContain("Gives an item");
    expect(JSON.parse(await ask("/healthz")).oJobRest[0]).toMatchObject({ uri: "/items", start: 3, err: 1 });
  } finally {
    program.child.kill("SIGKILL");
    await program.ended;
    folder.remove();
  }
});
