import { expect, test } from "vitest";
import { runOJob } from "./run-ojob.js";

const text = `
steps: &run |
  // shared
  boom.x
jobs:
- name: one
  exec: |

    var x = 1
    foo.bar()
- name: two
  exec: ow.format.doesNotExist(1)
- name: three
  from: one
  exec: |
    throw new Error("never")
- name: four
  exec: *run
- name: five
  exec: |
    var x =
      = 3
- name: six
  catch: |

    zork()
  exec: throw 1
todo: [ one, two, three, four, five, six ]
`;

test("errors of job code point at the file and its line, through from, anchors and catch", async () => {
  const ran = await runOJob(text);
  const lines = Object.fromEntries(ran.errors.map(({ name, at }) => [name, at?.line]));
  expect(lines).toEqual({ one: 10, two: 12, three: 10, four: 4, five: 22, six: 26 });
  expect(ran.errors[0]!.at!.file).toBe("job.yaml");
});

test("a function this engine lacks is named as such", async () => {
  const ran = await runOJob(text);
  expect(ran.errors[1]!.error).toEqual(["ow.format.doesNotExist is not available in the embedded engine"]);
});

test("code of another file points at that file", async () => {
  const files = { "lib.js": "var a = 1\n\nnope()\n" };
  const ran = await runOJob("jobs: [ { name: a, typeArgs: { file: lib.js } } ]\ntodo: [ a ]\n", {}, files);
  expect(ran.errors[0]!.at).toEqual({ file: "lib.js", line: 3 });
});

test("a file that is no YAML fails with the place", async () => {
  const ran = await runOJob("jobs:\n- name: a\n  exec: var x = { a: 1 }\n");
  expect(ran.exception?.message).toMatch(/^YAMLException: bad indentation of a mapping entry/);
  expect(ran.exception?.at).toEqual({ file: "job.yaml", line: 3 });
});

test("documents that aliases blow up and keys that change prototypes are refused", async () => {
  const levels = Array.from({ length: 10 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(", ")}]`);
  const bomb = await runOJob(`l0: &l0 [1, 1, 1]\n${levels.join("\n")}\njobs: []\n`);
  expect(bomb.exception?.message).toContain("aliases make it larger");
  const proto = await runOJob("__proto__: { a: 1 }\njobs: []\n");
  expect(proto.exception?.message).toContain('"__proto__" is not allowed');
});

test("what a catch code does not handle ends the run", async () => {
  const ran = await runOJob(`
jobs:
- { name: a, exec: throw "first", catch: return false }
- { name: b, exec: __pm.b = 1 }
todo: [ a, b ]
`);
  expect(ran.exception?.message).toBe("first");
  expect(ran.pm).toEqual({});
});

test("exit ends the run where it stands, whatever catches errors, after the shutdown jobs", async () => {
  const ran = await runOJob(`
jobs:
- { name: bye, type: shutdown, exec: print("bye") }
- { name: a, exec: exit(7) }
- { name: b, exec: print("never") }
todo: [ bye, a, b ]
`);
  expect(ran.exitCode).toBe(7);
  expect(ran.stdout).toBe("bye\n");
});

test("a result that holds itself fails the run with a reason, and what ends it is still run", async () => {
  const ran = await runOJob(`
jobs:
- name: a
  exec: |
    addOnOpenAFShutdown(() => print("last"))
    addOnOpenAFShutdown(() => { throw "in between" })
    __pm.self = __pm
todo: [ a ]
`);
  expect(ran.exception?.message).toContain("the result can not be given back: TypeError");
  expect(ran.stdout).toBe("last\n");
});

test("job code sees what the node tells about itself", async () => {
  const ran = await runOJob(
    "jobs: [ { name: a, exec: __pm.p = ROJOB.PORT } ]\ntodo: [ a ]\n",
    {},
    {},
    { rojob: { PORT: "8787" } },
  );
  expect(ran.pm).toEqual({ p: "8787" });
});
