import { expect, test } from "vitest";
import { runOJob, textsOf } from "./run-ojob.js";

test("an interpreter that is not installed is named", async () => {
  const ran = await runOJob(`
ojob: { langs: [ { lang: cobol, shell: "no-such-cobol -" } ] }
jobs: [ { name: old, lang: cobol, exec: STOP RUN } ]
todo: [ old ]
`);
  expect(textsOf(ran).old![0]).toContain("Job 'old' in language 'cobol' can not run: 'no-such-cobol' is not installed");
});

test("a language of its own goes to a command, with what stands before and after the code", async () => {
  const ran = await runOJob(`
ojob:
  shareArgs: true
  langs:
  - lang: mine
    shell: sh -s
    pre: "IN='{{{args}}}'\\n"
    pos: "\\necho \\"{'seen':'yes'}\\"\\n"
jobs:
- { name: t, lang: mine, exec: "test -n \\"$IN\\"", args: { a: 1 } }
- { name: tell, exec: "__pm.seen = args.seen" }
todo: [ t, tell ]
`);
  expect(textsOf(ran)).toEqual({});
  expect(ran.pm).toEqual({ seen: "yes" });
});

test("a language with a file gives JSON back", async () => {
  const ran = await runOJob(`
ojob:
  shareArgs: true
  langs: [ { lang: filed, shell: "sh ", withFile: ".sh" } ]
jobs:
- { name: t, lang: filed, exec: "echo '{ \\"n\\": 5 }'" }
- { name: tell, exec: __pm.n = args.n }
todo: [ t, tell ]
`);
  expect(textsOf(ran)).toEqual({});
  expect(ran.pm).toEqual({ n: 5 });
});

test("an exception in python is told on standard error and leaves the args as they were", async () => {
  const ran = await runOJob(`
ojob: { shareArgs: true }
jobs:
- name: py
  lang: python
  exec: |
    print("lost")
    args["a"] = 2
    raise ValueError("no")
- { name: tell, exec: __pm.a = args.a }
todo: [ { name: py, args: { a: 1 } }, tell ]
`);
  expect(ran.errors).toEqual([]);
  expect(ran.pm).toEqual({ a: 1 });
  expect(ran.stdout).toBe("");
  expect(ran.stderr).toContain("ValueError: no");
});

test("text with double quotes is printed with backslashes by a shell job", async () => {
  const ran = await runOJob(`
jobs: [ { name: t, lang: shell, exec: "echo '{\\"a\\": 1}'" } ]
todo: [ t ]
`);
  expect(ran.stdout).toBe('{\\"a\\": 1}\n');
});

test("a from job of another language takes part in a javascript job", async () => {
  const ran = await runOJob(`
jobs:
- name: sh
  lang: shell
  exec: |
    x=5
    # return x
- { name: t, from: sh, exec: __pm.x = args.x }
todo: [ t ]
`);
  expect(ran.pm).toEqual({ x: "5" });
});

test("shellPrefix stands before each line", async () => {
  const ran = await runOJob(`
jobs:
- { name: t, lang: shell, typeArgs: { shellPrefix: mine }, exec: "echo a; echo b" }
todo: [ t ]
`);
  expect(ran.stdout.replace(/\u001b\[[0-9;]*m/g, "")).toBe("[mine] a\n[mine] b\n");
});
