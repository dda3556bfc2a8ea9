import { expect, test } from "vitest";
import { runOJob, textsOf } from "../ojob/run-ojob.js";

const note = `
- name: Note
  exec: __pm.log = (__pm.log || []).concat(String(args.n))
- name: Boom
  exec: throw "boom " + args.n
`;

test("a job that fails in each element of (each) is one entry of the errors, and the others run", async () => {
  const ran = await runOJob(`
jobs:${note}
todo:
- (each): list
  ((key)): args
  ((todo)): [ Boom, Note ]
  args: { list: [ { n: 1 }, { n: 2 } ] }
- (each): list
  ((key)): args
  ((todo)): [ Missing, Note ]
  args: { list: [ { n: 3 } ] }
- (each): none
  ((key)): args
  ((todo)): [ Note ]
`);
  expect(ran.pm).toEqual({ log: ["1", "2"] });
  expect(textsOf(ran)).toEqual({
    Boom: ["boom 1", "boom 2"],
    "ojob repeat with each": ["Job 'Missing' not found.", "The key/path 'args' is not an array/list."],
  });
});

test("a branch of (if) that names no job is an error of the (if)", async () => {
  const ran = await runOJob(`
jobs:${note}
todo:
- (if): "true"
  ((then)): [ Nobody, Note ]
- (if): "{{a}} == 1 ||\\n false"
  ((then)): Note
  args: { a: 1, n: last }
`);
  expect(textsOf(ran)).toEqual({ "ojob if": ["Job 'Nobody' not found."] });
  expect(ran.pm).toEqual({ log: ["last"] });
});

test("a missing job in a (todo) is an error of ojob run and the rest of the list runs", async () => {
  const ran = await runOJob(`
jobs:${note}
todo:
- (todo): [ Missing, { name: Note, args: { n: 1 } } ]
- (todo): 5
- (todo): [ 7 ]
- name: ojob run
  args: { job: 5 }
`);
  expect(ran.pm).toEqual({ log: ["1"] });
  expect(textsOf(ran)).toEqual({
    "ojob run": ["Job 'Missing' not found.", "job needs to be either a string or job map"],
    "ojob todo": ["todo needs to be a string or an array", "todo entry needs to be a map or a string (7)"],
  });
});

test("entries of (parallel) wait beside each other", async () => {
  const ran = await runOJob(`
jobs:
- name: Meet
  lang: shell
  exec: |
    mktemp here.XXXXXX
    while [ $(ls here.* | wc -l) -lt 3 ]; do sleep 0.02; done
- name: Boom
  exec: throw "boom"
todo:
- (parallel): [ Meet, Meet, Boom, Meet, { "(wait)": 50 } ]
`);
  // None of the three ends before all are there.
  expect(textsOf(ran)).toEqual({ Boom: ["boom"] });
});

test("(optionOn) gives its own args to the entries, runs nothing without a default, and may run them beside", async () => {
  const ran = await runOJob(`
jobs:${note}
todo:
- (optionOn): what
  ((todos)): { a: { not: a list } }
  args: { what: a }
- (optionOn): what
  ((todos)):
    a: [ { name: Note, args: { n: own } } ]
  ((async)): true
  args: { what: a, n: outer }
- (optionOn): what
`);
  expect(ran.pm).toEqual({ log: ["outer"] });
  expect(textsOf(ran)).toEqual({ "ojob options": ["Job (ojob options), args [__todos] not defined or assigned"] });
});

test("(repeat) wants a number and takes ((jobs)) as it takes ((todo))", async () => {
  const ran = await runOJob(`
jobs:${note}
todo:
- (repeat): often
  ((todo)): Note
- (repeat): 2
  ((jobs)): [ { "(print)": "{{args.n}}" }, Note ]
  args: { n: 4 }
`);
  expect(ran.pm).toEqual({ log: ["4", "4"] });
  expect(textsOf(ran)).toEqual({ "ojob repeat": ["Job (ojob repeat), args [__times] is not a number"] });
});

test("shortcuts do not change each other, however often and where they are written", async () => {
  const ran = await runOJob(`
jobs:
- name: Both
  from: [ { "(pass)": { a: 1 } } ]
  to:
  - (pass): { b: "{{a}}" }
  exec: args.a = 5
todo:
- (if): "true"
  ((then)): [ { "(print)": one }, { "(print)": two } ]
- (print): three
- Both
- name: ojob output
  args: { __format: json, __path: "{ a: a, b: b }" }
`);
  expect(ran.stdout).toBe('one\ntwo\nthree\n{"a":5,"b":"5"}\n');
});

test("(fail) runs shutdown jobs unless it is forced", async () => {
  const text = (force: boolean): string => `
jobs:
- { name: End, type: shutdown, exec: print("end") }
todo:
- End
- (fail): "4"
  ((force)): ${force}
- (print): never
`;
  expect(await runOJob(text(false))).toMatchObject({ exitCode: 4, stdout: "end\n" });
  expect(await runOJob(text(true))).toMatchObject({ exitCode: 4, stdout: "" });
});

test("checks that choose no action leave an empty plan", async () => {
  const ran = await runOJob(`
jobs:
- { name: Look, exec: args._action = args.found }
- { name: Ensure, to: [ { "(check)": Look, "((actions))": Make } ] }
- { name: Make, exec: __pm.made = (__pm.made || 0) + 1 }
- { name: Plans, exec: __pm.plans = $ch("_ojob_plan").getAll() }
todo:
- { name: Ensure, args: { found: other } }
- { name: Ensure, args: { found: none, _go: "true" } }
- Plans
`);
  expect(ran.pm).toEqual({ made: 1, plans: [{ name: "Ensure", action: "none", "go?": true, plan: [] }] });
  expect(ran.errors).toEqual([]);
});

test("with shared args the lists of one step are not run again by the next of its kind", async () => {
  const ran = await runOJob(
    `
jobs:${note}
- { name: Look, exec: '__pm.left = [ isDef(args.msg), isDef(args.todo), args.n ]' }
- { name: Two lists, to: [ { "(todo)": Note }, { "(todo)": [ Note, Note ] } ] }
todo:
- (todo): [ Note ]
  args: { n: a }
- (todo): [ Note ]
- (parallel): [ Note ]
- (print): "{{n}}"
- Look
- name: Two lists
  args: { n: b }
`,
    {},
    {},
    { shareArgs: true },
  );
  expect(ran.pm).toEqual({ log: ["a", "a", "a", "b", "b", "b"], left: [false, false, "a"] });
  expect(ran.stdout).toBe("a\n");
});
