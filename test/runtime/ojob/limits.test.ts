import { expect, test } from "vitest";
import { runOJob, textsOf } from "./run-ojob.js";

test("a job that is busy beyond its timeout is torn off, and the next entry runs", async () => {
  const ran = await runOJob(`
jobs:
- name: busy
  typeArgs: { timeout: 150 }
  exec: for (;;) {}
- { name: next, exec: __pm.next = true }
todo: [ busy, next ]
`);
  expect(textsOf(ran)).toEqual({ busy: ["Job exceeded timeout of 150ms"] });
  expect(ran.pm).toEqual({ next: true });
});

test("a shell step ends with the timeout of its job", async () => {
  const ran = await runOJob(`
jobs:
- name: slow
  lang: shell
  typeArgs: { timeout: 200 }
  exec: sleep 600 # longer than the test may take
todo: [ slow ]
`);
  expect(textsOf(ran)).toEqual({ slow: ["Job exceeded timeout of 200ms"] });
});

test("stopWhen leaves a job where it is, without an error", async () => {
  const ran = await runOJob(`
jobs:
- name: waits
  typeArgs:
    stopWhen: "return __pm.started == true"
  exec: |
    __pm.started = true
    sleep(20000, true)
    __pm.finished = true
- { name: next, exec: __pm.next = true }
todo: [ waits, next ]
`);
  expect(ran.errors).toEqual([]);
  expect(ran.pm).toEqual({ started: true, next: true });
});

test("what a job with a timeout returns is its result", async () => {
  const ran = await runOJob(`
ojob: { shareArgs: true }
jobs:
- name: gives
  typeArgs: { timeout: 5000 }
  exec: "return { a: 1 }"
- { name: tells, exec: __pm.a = args.a }
todo: [ gives, tells ]
`);
  expect(ran.pm).toEqual({ a: 1 });
});

test("a job torn off inside another one takes nothing of the run with it", async () => {
  const ran = await runOJob(`
jobs:
- { name: inner, typeArgs: { timeout: 20000 }, exec: "for (;;) {}" }
- name: outer
  typeArgs: { timeout: 200 }
  exec: |
    try { $job("inner") } catch(e) { __pm.caught = true }
    __pm.never = true
- { name: shell, lang: shell, exec: echo hi }
- { name: end, exec: "sleep(20, true); __pm.end = true" }
todo: [ outer, shell, end ]
`);
  expect(textsOf(ran)).toEqual({ outer: ["Job exceeded timeout of 200ms"] });
  expect(ran.pm).toEqual({ end: true });
  expect(ran.stdout).toBe("hi\n");
});
