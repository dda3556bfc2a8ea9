import vm from "node:vm";
import { describe, expect, it } from "vitest";
import { withoutImports } from "../../service/workers/host/imports.js";

const MESSAGE = "import() is not available in the embedded engine: use load or include";
/** Result of executing the source with a `log`. */
function outcome(source: string): { log: string[]; error: string | undefined; line: number | undefined } {
  const log: string[] = [];
  const context = vm.createContext({ log });
  try {
    vm.runInContext(withoutImports(source), context, { filename: "job" });
    return { log, error: undefined, line: undefined };
  } catch (error) {
    const { message, stack = "" } = error as Error;
    return { log, error: message, line: Number(/^\s+at .*job:(\d+)/m.exec(stack)?.[1]) };
  }
}

describe("import() in job code", () => {
  it.each([
    ["a statement", 'log.push("a")\nimport("fs")', 2],
    ["a statement after a line without a semicolon", 'log.push("a")\nvar b = log\nimport("fs").then(log.push)', 3],
    ["a comment between", 'log.push("a")\n\n\nimport /* ( */ ("fs")', 4],
    ["in an expression", 'log.push("a"); var x = 1 + (0, import("fs"))', 1],
    ["with options", 'log.push("a"); import("x", { with: { type: "json" } })', 1],
    ["within another", 'log.push("a"); import(import("x"))', 1],
  ])("throws when it is reached, at its line: %s", (_name, source, line) => {
    expect(outcome(source)).toEqual({ log: ["a"], error: MESSAGE, line });
  });

  it("rejects in an async function", async () => {
    const call = vm.runInNewContext(
      withoutImports('(async () => { await import("fs"); return "in" })'),
    ) as () => Promise<string>;
    await expect(call()).rejects.toThrow(MESSAGE);
  });

  it.each([
    "function f() { return import('fs') }\nlog.push('never called')",
    "if (false) import('fs')",
    "var text = \"import('fs')\"; // import('fs')\nvar r = /import\\(x\\)/, o = { import: 1 }; o.import = (x) => x; o.import(2)",
  ])("that is not reached, or is none, changes nothing: %s", (source) => {
    expect(outcome(source).error).toBeUndefined();
  });

  it("is found in code with hundreds of thousands of values, deep or wide", () => {
    const wide = `var important = [${Array(300_000).fill("1").join(",")}]; log.push(important.length);`;
    expect(outcome(wide)).toEqual({ log: [300_000], error: undefined, line: undefined });
    expect(outcome(`${wide} import("fs")`).error).toBe(MESSAGE);
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}; import("fs")`;
    expect(withoutImports(deep)).toBe(deep); // Nothing compiles that.
  });

  it("leaves other code as it is, and what does not compile to the compiler", () => {
    for (const source of ["var important = 1", "o.import(1)", "import x from 'y'", "import(", "'import'"])
      expect(withoutImports(source)).toBe(source);
  });
});
