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
