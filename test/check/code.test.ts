import { expect, test } from "vitest";
import { checkText, told } from "./check-text.js";

/** A file of one job with this code. */
const withExec = (code: string) => `jobs:\n- name: A\n  exec: |\n${code.replace(/^/gm, "    ")}\ntodo: [ A ]\n`;

const namesOf = async (code: string, files?: Record<string, string>) =>
  (await checkText(withExec(code), { files })).findings.map(({ severity, name }) => `${severity} ${name}`);

test("code that does not compile is reported with the line and column of the file", async () => {
  const report = await checkText(`ojob:
  catch: |
    var x = ;
jobs:
- name: A
  check:
    in: { a: "default([)" }
  deps: [ { name: B, onFail: "return )" } ]
  exec: |
    var a = 1;

    if (a {
  catch: "logErr(exception"
- { name: B, args: "({ a: })" }
todo:
- (if): "1 =="
`);
  expect(told(report)).toEqual([
    "error 3:13 ojob.catch: Unexpected token",
    "error 7:14 check.in 'a' of job 'A': Unexpected token",
    "error 8:38 onFail of dep 'B' of job 'A': Unexpected token",
    "error 12:11 exec of job 'A': Unexpected token",
    "error 13:27 catch of job 'A': Unexpected token",
    "error 14:27 args of job 'B': Unexpected token",
    "error 16:14 the condition of (if): Unexpected token",
  ]);
});

test("code is read as the engine does: a sloppy function body with top-level return", async () => {
  const code = "if (args.a) return { b: 010 };\nimplicit = 1; with (args) { c() }\nvar of = 1, let_ = 2;\nreturn args";
  expect(await namesOf(code)).toEqual([]);
});

test("code in other languages is none of JavaScript's business", async () => {
  const text =
    "jobs:\n- { name: A, lang: shell, exec: 'echo $(date) {{x}} | cat' }\n- { name: B, lang: sh, exec: 'ls )' }\ntodo: [ A ]\n";
  expect((await checkText(text)).runs).toBe(true);
});

test("functions that the engine lacks are reported once, with their first place", async () => {
  const code =
    "print(1)\nio.listFilesRecursively('.')\nvar x = io.listFilesRecursively('..')\naf.fromSQL('select')\nnoSuchName(1)";
  const report = await checkText(withExec(code));
  expect(told(report)).toEqual([
    "error 5:5 io.listFilesRecursively is not available in the embedded engine (used 2 times)",
    "error 7:5 af.fromSQL is not available in the embedded engine",
    "error 8:5 noSuchName is neither declared nor part of the embedded engine",
  ]);
  expect(report.missing).toEqual(["af.fromSQL", "io.listFilesRecursively", "noSuchName"]);
});

test("missing members of a call's value are reported too", async () => {
  expect(await namesOf("_$(args.a, 'a').isString().isStringy().default('x')")).toEqual(["error _$().isStringy"]);
  expect(await namesOf("$from([1]).equalz('a', 1).select()")).toEqual(["error $from().equalz"]);
  expect(await namesOf("$from([1]).equals('a', 1).select(r => r.a).filter(r => r).map(String)")).toEqual([]);
  expect(await namesOf("$sh('ls').get(0).stdout.split('\\n'); $ch('x').getAll().forEach(print)")).toEqual([]);
});

test("known names are not reported: built-ins, declarations, parameters, catch, destructuring, labels", async () => {
  const code = `var { a, b: [c], ...rest } = args, d = (e, f = e) => e + f
function g(h) { return h + arguments.length + a + c + rest }
try { g(d(1)) } catch (i) { print(i, exception, job, id, deps) }
outer: for (var j in args) { for (const k of [1]) { if (k) continue outer } }
class L { m() { return new L() } }
(function n() { n(JSON.stringify({ o: 1 }), Math.max(1), new Date(), parseInt("1")) })()
new java.io.File("x"); Packages.java.lang.System.currentTimeMillis()
ow.loadFormat(); ow.format.round(1.5); __pm.x = __flags.y; global.z = __`;
  expect(await namesOf(code)).toEqual([]);
});

test("names one job sets are known to the others, and to code of includes", async () => {
  const text = `include: [ inc.yaml ]
jobs:
- name: A
  exec: "implicit = 1; global.shared = f => f; this.own = 1; for (i in args) {}; ow.mine = { run: f => f }"
- name: B
  from: A
  exec: "print(implicit + shared(own) + i); fromInclude(); ow.mine.run()"
todo: [ A ]
`;
  const files = { "inc.yaml": "jobs: [{ name: C, exec: 'global.fromInclude = () => shared()' }]\n" };
  expect(told(await checkText(text, { files }))).toEqual([]);
});

test("names of scripts that are loaded are known", async () => {
  const files = { "lib.js": "function fromLib() { return 1 }\nvar alsoFromLib = 2\n", "other.js": "setByOther = 3" };
  const text = `ojob: { loads: [ lib.js ] }
jobs:
- name: A
  exec: load("other.js"); print(fromLib(), alsoFromLib, setByOther)
todo: [ A ]
`;
  expect(told(await checkText(text, { files }))).toEqual([]);
});

test("with scripts that can not be looked at, unknown names are only warnings", async () => {
  expect(await namesOf("load(args.lib); fromThere(); io.noSuch()")).toEqual(["warning fromThere", "error io.noSuch"]);
  expect(await namesOf("load('none.js'); fromThere()")).toEqual(["warning none.js", "warning fromThere"]);
});

test("missing scripts of ojob.loads and code files are reported", async () => {
  const text = `ojob: { loads: [ none.js ] }
jobs:
- { name: A, typeArgs: { file: gone.js } }
- { name: B, typeArgs: { file: inside.js } }
code: { inside.js: "print(1)" }
todo: []
`;
  expect(told(await checkText(text))).toEqual([
    "error 1:18 file 'none.js' does not exist",
    "warning 3:32 file 'gone.js' does not exist",
  ]);
});

test("what code only asks for needs not be there", async () => {
  expect(
    await namesOf("if (typeof Foo === 'undefined' || isUnDef(ow.nothing) || isDef(Bar)) print(io.noSuch)"),
  ).toEqual([]);
  expect(await namesOf("if (isDef(ow.nothing)) ow.nothing.run()")).toEqual(["warning ow.nothing"]);
});

test("a member of the global object that is only looked at needs not be there", async () => {
  expect(await namesOf("print(global.nothing); global.nobody()")).toEqual(["error nobody"]);
});

test("plugins and packages that code requires are reported", async () => {
  expect(await namesOf("plugin('JMX'); includeOPack('Kube'); plugin('ZIP'); includeOPack('openaf')")).toEqual([
    "error JMX",
    "error Kube",
  ]);
});

test("rules of check that nobody knows are warnings", async () => {
  const text = "jobs:\n- name: A\n  check: { in: { a: isString.minLength(2), b: toNumber.default(1) } }\ntodo: []\n";
  expect(told(await checkText(text))).toEqual([
    "warning 3:21 check.in 'a' of job 'A': unknown rule 'minLength' is ignored",
  ]);
});

test("code that anchors repeat is reported at the place of the anchor", async () => {
  const text =
    "x-catch: &CATCH |\n  logErr(noSuchName)\njobs:\n- name: A\n  catch: *CATCH\n- name: B\n  catch: *CATCH\ntodo: []\n";
  expect(told(await checkText(text))).toEqual([
    "error 2:10 noSuchName is neither declared nor part of the embedded engine (used 2 times)",
  ]);
});
