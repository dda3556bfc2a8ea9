import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { runOJob } from "./run-ojob.js";

test("every file of an include list is loaded, also after one with includes of its own", async () => {
  const job = (name: string): string =>
    `jobs: [ { name: ${name}, exec: "__pm.log = (__pm.log || []).concat('${name}')" } ]\ntodo: [ ${name} ]\n`;
  const files = {
    "x.yaml": `include: [ deep.yaml ]\n${job("x")}`,
    "deep.yaml": job("deep"),
    "other.yaml": job("other"),
  };
  const ran = await runOJob(`include: [ x.yaml, other.yaml ]\n${job("end")}`, {}, files);
  expect(ran.pm.log).toEqual(["other", "deep", "x", "end"]);
});

test("files that include each other are refused with the cycle", async () => {
  const files = { "a.yaml": "include: [ b.yaml ]\n", "b.yaml": "include: [ a.yaml ]\n" };
  const ran = await runOJob("include: [ a.yaml ]\njobs: []\n", {}, files);
  expect(ran.exception?.message).toBe("Files include each other: a.yaml -> b.yaml -> a.yaml");
});

test("a hash that does not match refuses the file when it is not only warned about", async () => {
  const lib = "jobs: [ { name: lib, exec: __pm.lib = 1 } ]\n";
  const hash = createHash("sha256").update(lib).digest("hex");
  const main = (file: string): string => `
ojob: { integrity: { warn: false, list: [ { "${file}": sha256-${hash} } ] }, loads: [ setup.js ] }
jobs: []
`;
  const ran = await runOJob(main("/nowhere/lib.yaml"), {}, { "lib.yaml": lib, "setup.js": "" });
  expect(ran.exception).toBeUndefined();
});

test("a package that is not part of the engine is named", async () => {
  const ran = await runOJob("ojob: { opacks: [ { ElasticSearch: 1 } ] }\njobs: []\n");
  expect(ran.exception?.message).toContain("package 'ElasticSearch' is not part of the embedded engine");
});

test("an encrypted file is refused with the reason", async () => {
  const ran = await runOJob("include: [ secret.yaml.enc ]\njobs: []\n", {}, { "secret.yaml.enc": "x" });
  expect(ran.exception?.message).toContain("secret.yaml.enc is encrypted");
});

test("a file of another domain gives the job that says so", async () => {
  const ran = await runOJob("include: [ https://elsewhere.example/a.yaml ]\njobs: []\n");
  expect(ran.exception).toBeUndefined();
  expect(ran.errors).toEqual([]);
});

test("dates of a file arrive as dates", async () => {
  const ran = await runOJob(
    "init: { day: 2020-01-31, list: [ 2020-02-01 ] }\njobs: [ { name: a, exec: '__pm.v = [ isDate(init.day), init.list[0].getTime() ]' } ]\ntodo: [ a ]\n",
  );
  expect(ran.pm.v).toEqual([true, Date.UTC(2020, 1, 1)]);
});

test("a run inside a run keeps its entries apart from those that still wait", async () => {
  const ran = await runOJob(`
jobs:
- name: main
  exec: |
    oJobRun({ jobs: [ { name: "inner", exec: "__pm.log = [ 'inner' ]" } ], todo: [ "inner" ] })
    __pm.log.push("main")
- name: end
  exec: __pm.log.push("end")
todo: [ main, end ]
`);
  expect(ran.pm.log).toEqual(["inner", "main", "end"]);
});

test("the result starts as a copy of the arguments where the caller asks for it", async () => {
  const ran = await runOJob(
    "jobs: [ { name: a, exec: __pm.x = 1 } ]\ntodo: [ a ]\n",
    { a: "1" },
    {},
    { pmFromArgs: true },
  );
  expect(ran.pm).toEqual({ a: "1", x: 1 });
});

test("a shortcut defined by a job works in todo, in from and in $job", async () => {
  const ran = await runOJob(`
jobs:
- name: greet someone
  typeArgs: { shortcut: { name: greet, keyArg: who, args: { loud: isLoud } } }
  exec: |
    __pm.log = (__pm.log || []).concat(args.who + (args.isLoud ? "!" : ""))
- name: user
  from:
  - (greet): bob
  exec: |
    $job({ "(greet)": "cid" })
todo:
- (greet   ): ann
  ((loud)): true
- user
`);
  expect(ran.errors).toEqual([]);
  expect(ran.pm.log).toEqual(["ann!", "bob", "cid"]);
});
