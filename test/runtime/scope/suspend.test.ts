import { describe, expect, it } from "vitest";
import { suspendable } from "../../../service/workers/suspend.js";

const around = (code: string): string => `(function (args) {\n${code}\n})`;

describe("code that waits", () => {
  it("in the lines of a job becomes a generator, line by line as it was", () => {
    const source = around("var x = 1\nsleep(100)\nx++");
    expect(suspendable(source)).toBe("(function* (args) {\nvar x = 1\nyield* __pausing.sleep(100)\nx++\n})");
  });

  it("inside an expression is put in parentheses", () => {
    expect(suspendable(around("while (!done || sleep(5)) {}"))).toContain("(yield* __pausing.sleep(5))");
  });

  it("in a function that runs beside the caller makes that one a generator only", () => {
    const text = suspendable(around("$do((a, b) => sleep(5)); list.forEach(x => { sleep(1) })"));
    expect(text).toContain("$do(__inSteps(function* (a, b) { return ( (yield* __pausing.sleep(5))) }, this))");
    expect(text).toContain("list.forEach(x => { sleep(1) })");
    expect(text.startsWith("(function (args)")).toBe(true);
  });

  it("for a lock or a condition waits in steps too", () => {
    expect(suspendable(around('$lock("a").lock(); $await("b").wait(10)'))).toContain(
      'yield* __pausing.lock($lock("a"), ); yield* __pausing.wait($await("b"), 10)',
    );
  });

  it.each(["var sleep = 1; sleep(2)", "var yield = 1; sleep(2)", "sleep(", "print('no wait')"])(
    "%s is left alone",
    (code) => {
      expect(suspendable(around(code))).toBe(around(code));
    },
  );

  it("stays valid JavaScript", () => {
    const code = `
      if (a) sleep(1); else $doWait(p)
      var v = { r: q => { sleep(2); return ({ a: 1 }) }, m: () => ({ b: sleep(3) }) }
      t.addThread(function (uuid) { try { sleep(4) } finally { $lock("x").lock() } })
      $do(function () { return sleep(5) }).then(v => sleep(6), e => { sleep(7) })`;
    expect(() => new Function(`return ${suspendable(around(code))}`)).not.toThrow();
  });
});
