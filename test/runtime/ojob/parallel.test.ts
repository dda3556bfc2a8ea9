import { expect, test } from "vitest";
import { runOJob } from "./run-ojob.js";

/** Ends when as many steps as given are in it at the same time. */
const meet = (count: number): string =>
  `mktemp here.XXXXXX; while [ $(ls here.* | wc -l) -lt ${count} ]; do sleep 0.02; done`;

test("shell steps over a list of args overlap", async () => {
  const ran = await runOJob(`
jobs:
- name: nap
  lang: shell
  exec: "${meet(4)}"
todo:
- { name: nap, args: [ { i: 1 }, { i: 2 }, { i: 3 }, { i: 4 } ] }
`);
  expect(ran.errors).toEqual([]);
});

test("async jobs overlap, and the run waits for all of them", async () => {
  const ran = await runOJob(`
ojob: { async: true }
jobs:
- { name: a, lang: shell, exec: "${meet(3)}", to: [ note ] }
- { name: b, lang: shell, exec: "${meet(3)}", to: [ note ] }
- { name: c, lang: shell, exec: "${meet(3)}", to: [ note ] }
- name: note
  exec: __pm[job.name] = true
todo: [ a, b, c ]
`);
  expect(ran.pm).toEqual({ a: true, b: true, c: true });
});

test("jobs fed by each overlap and end before their producer does", async () => {
  const ran = await runOJob(`
jobs:
- name: producer
  each: [ eater ]
  exec: |
    args.n = 2
    for (var i = 0; i < args.n; i++) each({ i: i })
- name: eater
  exec: |
    sleep(20, true)
    __pm.eaten = (__pm.eaten || []).concat(args.i)
- { name: end, exec: __pm.end = __pm.eaten.length }
todo: [ producer, end ]
`);
  expect(ran.errors).toEqual([]);
  expect(ran.pm.end).toBe(2);
});

test("errors of elements are joined, and those a catch handles do not count", async () => {
  const ran = await runOJob(`
jobs:
- name: each one
  typeArgs: { single: true }
  catch: return args.i != 2
  exec: throw "no " + args.i
todo:
- { name: each one, args: [ { i: 1 }, { i: 2 }, { i: 3 } ] }
`);
  expect(ran.errors[0]!.error).toEqual(['{\n  "exception": "no 2"\n}']);
});
