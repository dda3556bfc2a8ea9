import { expect, test } from "vitest";
import { runOJob } from "./run-ojob.js";

test("plain scalars of a job file have the types of the reference", async () => {
  const ran = await runOJob(`
init: { a: yes, b: on, c: True, d: ~, e: 0o17, f: 0x1F, g: 1_000, h: 007, i: 12:30, j: 1.2.3, l: 1e3, m: -1_0.5, n: a_1, o: 1_ }
jobs: [ { name: t, exec: __pm = init } ]
todo: [ t ]
`);
  expect(ran.pm).toEqual({
    ...{ a: "yes", b: "on", c: true, d: null, e: 15, f: 31, g: 1000, h: 7 },
    ...{ i: "12:30", j: "1.2.3", l: 1000, m: -10.5, n: "a_1", o: "1_" },
  });
});

test("a file of several documents runs nothing, and neither does one that is no map", async () => {
  for (const text of ["jobs: []\n---\njobs: []\n", "just text", "", "- a\n- b\n"]) {
    const ran = await runOJob(text);
    expect(ran).toMatchObject({ pm: {}, errors: [], exception: undefined });
  }
});

test("af.fromYAML has the same types, and af.toYAML quotes what would be read as one of them", async () => {
  const ran = await runOJob(`
jobs:
- name: t
  exec: |
    __pm.read = af.fromYAML("[ 1_000, -1_0.5, 0x1_F, 0b1_01, .5_5, +1_0, 1_, _1, 007, 0o17, 1e3, yes, 12:30 ]")
    __pm.written = af.toYAML({ a: "1_000", b: 1000, c: "1_" })
todo: [ t ]
`);
  expect(ran.pm.read).toEqual([1000, -10.5, 31, 5, 0.55, 10, "1_", "_1", 7, 15, 1000, "yes", "12:30"]);
  expect(ran.pm.written).toBe("a: '1_000'\nb: 1000\nc: 1_\n");
});
