import { describe, expect, test } from "vitest";
import { runExec } from "./run-exec.js";

describe("$path", () => {
  test("what job code does to a literal does not reach the next evaluation", async () => {
    const { first, second } = await runExec(`
      __pm.first  = $path({}, "insert(\`{\\"a\\": 1}\`, 'b', 'x')")
      __pm.second = $path({}, "\`{\\"a\\": 1}\`")
    `);
    expect(first).toEqual({ a: 1, b: "x" });
    expect(second).toEqual({ a: 1 });
  });

  test("own functions are checked for number and type of arguments, and work inside path()", async () => {
    const { twice, inner, wrong } = await runExec(`
      var own = { twice: { _func: a => a[0] * 2, _signature: [ { types: [ $path().number ] } ] } }
      __pm.twice = $path([1, 2], "[].twice(@)", own)
      __pm.inner = $path({ n: 4 }, "path(@, 'twice(n)')", own)
      try { $path({ n: "x" }, "twice(n)", own) } catch (e) { __pm.wrong = e.message }
    `);
    expect(twice).toEqual([2, 4]);
    expect(inner).toBe(8);
    expect(wrong).toBe("TypeError: twice() expected argument 1 to be type number but received type string instead.");
  });
});

describe("$$", () => {
  test("setting through a text says which part of the path cannot be", async () => {
    const { wrong } = await runExec(`try { $$({ a: "text" }).set("a.b", 1) } catch (e) { __pm.wrong = e.message }`);
    expect(wrong).toBe('path "a.b": "text" cannot have a member b');
  });
});

describe("merge and clone", () => {
  test("maps inside the first argument are changed, lists are joined", async () => {
    const { merged, first } = await runExec(`
      var a = { sub: { p: 1 }, l: [ 1 ] }
      __pm.merged = clone(merge(a, { sub: { q: 2 }, l: [ 2 ] }))
      __pm.first  = a
    `);
    expect(merged).toEqual({ sub: { p: 1, q: 2 }, l: [1, 2] });
    expect(first).toEqual({ sub: { p: 1, q: 2 }, l: [1] });
  });

  test("dates, functions and objects of a class come through a clone as themselves", async () => {
    const { kept } = await runExec(`
      function Point(x) { this.x = x }
      var from = { when: new Date(5), run: () => 1, point: new Point(3), deep: [ { list: [ 1 ] } ] }
      var copy = clone(from)
      copy.deep[0].list.push(2)
      __pm.kept = [ copy.when === from.when, copy.run === from.run, copy.point === from.point, from.deep[0].list.length ]
    `);
    expect(kept).toEqual([true, true, true, 1]);
  });
});

describe("_$", () => {
  test("a chain throws only when all of its checks failed; groups made with or() have to pass each", async () => {
    const { let: passed, groups } = await runExec(`
      __pm.let = _$(70, "port").isNumber().less(10).default(1)
      try { _$(1, "list").isNumber().or().isArray().default([]) } catch (e) { __pm.groups = e }
    `);
    expect(passed).toBe(70);
    expect(groups).toBe(" and list is not an array");
  });
});
