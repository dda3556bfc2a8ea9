import { expect, test } from "vitest";
import { runOJob } from "../ojob/run-ojob.js";

test("the outcome of an entry with several shortcuts does not depend on the order of its keys", async () => {
  const entries = [
    { "(if)": "args.a == 1", "((then))": ["Yes"], "(print)": "printed" },
    { "(print)": "printed", "((then))": ["Yes"], "(if)": "args.a == 1" },
  ];
  for (const entry of entries) {
    const ojob = { todo: [entry], jobs: [{ name: "Yes", exec: "print('yes')" }] };
    const { stdout, errors } = await runOJob(JSON.stringify(ojob), { a: 1 });
    // The entry is translated once more, after the first of its shortcuts.
    expect([stdout, errors]).toEqual(["printed\n", []]);
  }
});
