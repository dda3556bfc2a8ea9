import { expect, test } from "vitest";
import { runOJob, textsOf } from "./run-ojob.js";

test("a job whose dep failed fails at once, and so do those that need it, with the chain of names", async () => {
  const ran = await runOJob(`
jobs:
- { name: a, exec: throw "no luck" }
- { name: b, deps: [ a ], exec: __pm.b = 1 }
- { name: c, deps: [ b ], exec: __pm.c = 1 }
- { name: d, exec: __pm.d = 1 }
todo: [ a, b, c, d ]
`);
  expect(ran.pm).toEqual({ d: 1 });
  expect(textsOf(ran).b).toEqual(["Job 'b' can not run: it depends on 'a', which failed: no luck"]);
  expect(textsOf(ran).c![0]).toContain("'c' can not run: it depends on 'b', which failed: Job 'b' can not run");
});

test("a job that waits for a later entry of a sequential list fails instead of hanging", async () => {
  const ran = await runOJob(`
jobs:
- { name: late, exec: __pm.late = 1 }
- { name: early, deps: [ late ], exec: __pm.early = 1 }
todo: [ early, late ]
`);
  expect(ran.pm).toEqual({ late: 1 });
  expect(textsOf(ran).early![0]).toContain("waits for 'late'");
});

test("in an async run failed deps end those that wait for them, too", async () => {
  const ran = await runOJob(`
ojob: { async: true }
jobs:
- { name: bad, exec: throw "x" }
- { name: needs, deps: [ bad ], exec: __pm.needs = 1 }
- { name: needs more, deps: [ needs ], exec: __pm.more = 1 }
todo: [ needs more, needs, bad ]
`);
  expect(Object.keys(textsOf(ran)).sort()).toEqual(["bad", "needs", "needs more"]);
  expect(ran.pm).toEqual({});
});

test("depsTimeout ends a wait that onSuccess keeps up", async () => {
  const ran = await runOJob(`
ojob: { depsTimeout: 100 }
jobs:
- { name: a, exec: __pm.a = 1 }
- name: b
  deps: [ { name: a, onSuccess: return false } ]
  exec: __pm.b = 1
- { name: c, exec: __pm.c = 1 }
todo: [ a, b, c ]
`);
  expect(ran.pm).toEqual({ a: 1, c: 1 });
  expect(ran.errors).toEqual([]);
});

test("onSuccess is asked until it says yes", async () => {
  const ran = await runOJob(`
jobs:
- { name: a, exec: global.tries = 0 }
- name: b
  deps: [ { name: a, onSuccess: "return ++tries >= 3" } ]
  exec: |
    __pm.tries = tries
    __pm.deps = deps.a.result
todo: [ a, b ]
`);
  expect(ran.pm).toEqual({ tries: 3, deps: true });
});

test("jobs that need each other are refused with the cycle", async () => {
  const ran = await runOJob(`
jobs:
- { name: a, deps: [ b ] }
- { name: b, from: c }
- { name: c, to: a }
todo: [ a ]
`);
  expect(ran.exception?.message).toContain("'a' -> 'b' -> 'c' -> 'a'");
});

test("an entry that names no job tells close names", async () => {
  const ran = await runOJob("jobs: [ { name: Get data } ]\ntodo: [ get dta ]\n");
  expect(ran.exception?.message).toBe("Job 'get dta' wasn't found. Did you mean 'Get data'?");
});

test("onFail is asked of a dep that has failed, and of none that has not run yet", async () => {
  const ran = await runOJob(`
jobs:
- { name: late, exec: __pm.late = 1 }
- { name: early, deps: [ { name: late, onFail: return true } ], exec: __pm.early = 1 }
todo: [ early, late ]
`);
  expect(ran.pm).toEqual({ late: 1 });
  expect(textsOf(ran).early![0]).toContain("waits for 'late'");
});

test("onFail lets a job run although its dep failed, where it says yes; an error of its own is no", async () => {
  const ran = await runOJob(`
jobs:
- { name: bad, exec: throw "x" }
- name: anyway
  deps: [ { name: bad, onFail: return true } ]
  exec: __pm.anyway = deps.bad.result
- { name: not, deps: [ { name: bad, onFail: return false } ], exec: __pm.not = 1 }
- { name: broken, deps: [ { name: bad, onFail: throw "y" } ], exec: __pm.broken = 1 }
todo: [ bad, anyway, not, broken ]
`);
  expect(ran.pm).toEqual({ anyway: false });
  for (const name of ["not", "broken"]) expect(textsOf(ran)[name]![0]).toContain("depends on 'bad', which failed: x");
});

test("ojob.depsOnFail counts for deps that say nothing themselves", async () => {
  const ran = await runOJob(`
ojob: { depsOnFail: return true }
jobs:
- { name: bad, exec: throw "x" }
- { name: a, deps: [ bad ], exec: __pm.a = 1 }
- { name: b, deps: [ { name: bad } ], exec: __pm.b = 1 }
- { name: c, deps: [ { name: bad, onFail: return false } ], exec: __pm.c = 1 }
todo: [ bad, a, b, c ]
`);
  expect(ran.pm).toEqual({ a: 1, b: 1 });
});

test("onSuccess is asked of a dep that has succeeded only; an error of its own is a yes", async () => {
  const ran = await runOJob(`
jobs:
- { name: good, exec: "" }
- { name: bad, exec: throw "x" }
- { name: a, deps: [ { name: good, onSuccess: throw "y" } ], exec: __pm.a = 1 }
- { name: b, deps: [ { name: bad, onSuccess: return true } ], exec: __pm.b = 1 }
todo: [ good, bad, a, b ]
`);
  expect(ran.pm).toEqual({ a: 1 });
});
