import { describe, expect, it } from "vitest";
import { runCode } from "./run-code.js";

/** More entries than arguments of a call. */
const MANY = 300_000;

describe("functions on lists take lists of any length", () => {
  it.each([
    ["java.util.ArrayList", `var a = new java.util.ArrayList(); a.addAll(list); __pm.n = a.size()`, MANY],
    ["syncArray", `var a = new ow.obj.syncArray([1]); a.addAll(list); __pm.n = a.length()`, MANY + 1],
    ["flatten", `__pm.n = ow.obj.flatten([{ a: { c: list.map(x => ({ b: x })) } }]).length`, MANY],
    ["lines", `__pm.n = ow.format.transposeArrayLines(list.map(String)).length`, String(MANY - 1).length],
  ])("%s", async (_name, code, n) => {
    const { pm, errors } = await runCode(`var list = []; for (var i = 0; i < ${MANY}; i++) list.push(i); ${code}`);
    expect([errors, pm?.n]).toEqual([[], n]);
  });
});
