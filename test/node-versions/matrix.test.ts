import { expect, test } from "vitest";
import { countsOf, failuresOf, runPart } from "../../tools/matrix-part.js";
import { thisNode } from "../../tools/node-lines.js";

/** Nothing is passed on: what is said here would be counted by who counts these tests. */
const run = (program: string) => runPart(thisNode(), ["-e", program], process.cwd(), () => undefined);
const print = (...lines: string[]): string => `console.log(${JSON.stringify(lines.join("\n"))})`;

test("summary lines of all runners are added, and other lines that look like them are not", () => {
  const output = [
    "      Tests  115 passed (115)",
    "351 passed, 1 failed",
    "12 passed, 0 failed, 3 skipped",
    "say: 5 passed, 5 failed",
    "7 passed, 0 failed, 0 skipped\r",
  ];
  expect(countsOf(output.join("\n"))).toEqual({ passed: 370, failed: 1, skipped: 3 });
  expect(countsOf("")).toEqual({ passed: 0, failed: 0, skipped: 0 });
});

test("a part that ends badly is a failure whatever it counted, and one without a count is one test", async () => {
  expect((await run(`${print("3 passed, 0 failed")}; process.exit(3)`)).counts).toEqual({
    passed: 3,
    failed: 1,
    skipped: 0,
  });
  expect((await run("process.kill(process.pid, 'SIGKILL')")).counts).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect((await run(print("done"))).counts).toEqual({ passed: 1, failed: 0, skipped: 0 });
  expect((await run(`${print("2 passed, 1 failed")}; process.exit(1)`)).counts.failed).toBe(1);
});

test("the figures of the bench are read from its last line", async () => {
  const figures = { node: "v24.0.0", runs: 1000, retirements: 0 };
  expect((await run(print("hot runs", JSON.stringify(figures)))).figures).toEqual(figures);
});

test("lines of failures are found in the output of all runners", () => {
  const output = [
    "FAILED test/a.test.ts > does it: Error: no",
    " × another form",
    "✗ it is installed",
    "say: FAILED no",
  ];
  expect(failuresOf(output.join("\n"))).toEqual([output[0], output[2]]);
  expect(failuresOf("3 passed, 0 failed")).toEqual([]);
});
