import { describe, expect, test } from "vitest";
import { runExec } from "./run-exec.js";

describe("$from", () => {
  test("an OR takes in everything before it, an AND only its neighbour", async () => {
    const { mixed, grouped } = await runExec(`
      var rows = [1, 2, 3, 4].map(n => ({ n: n, odd: n % 2 == 1 }))
      __pm.mixed   = $from(rows).equals("n", 1).or().equals("n", 2).and().equals("odd", true).select(r => r.n)
      __pm.grouped = $from(rows).begin().equals("n", 1).orEquals("n", 2).end().equals("odd", true).select(r => r.n)
    `);
    expect(mixed).toEqual([1]);
    expect(grouped).toEqual([1]);
  });

  test("conditions hold after steps too, and the limit comes before the skip", async () => {
    const { again, cut } = await runExec(`
      __pm.again = $from([{ a: 1 }, { a: 2 }]).equals("a", 1).attach("a", 5).count()
      __pm.cut   = $from([1, 2, 3, 4, 5]).greater(0).skip(1).limit(3).select()
    `);
    expect(again).toBe(0);
    expect(cut).toEqual([2, 3]);
  });

  test.each([
    ["Equals(2)", [2]],
    ["Greater(2)", [3]],
    ["Less(2)", [1]],
    ["GreaterEquals(2)", [2, 3]],
    ["LessEquals(2)", [1, 2]],
  ])("%s keeps what it says, and with a not before it all the rest", async (condition, expected) => {
    const plain = condition[0]!.toLowerCase() + condition.slice(1);
    const found = await runExec(`
      var rows = [1, 2, 3]
      __pm.plain  = $from(rows).${plain}.select()
      __pm.not    = $from(rows).not${condition}.select()
      __pm.andNot = $from(rows).greater(1).andNot${condition}.select()
      __pm.orNot  = $from(rows).equals(1).orNot${condition}.select()
    `);
    const rest = [1, 2, 3].filter((row) => !expected.includes(row));
    expect(found.plain).toEqual(expected);
    expect(found.not).toEqual(rest);
    expect(found.andNot).toEqual(rest.filter((row) => row > 1));
    expect(found.orNot).toEqual([1, 2, 3].filter((row) => row === 1 || rest.includes(row)));
  });

  test("what cannot be compared is neither greater nor less, and not the opposite either", async () => {
    const { not, plain } = await runExec(`
      var rows = [{ n: 1 }, { n: "x" }, { n: 9 }]
      __pm.plain = $from(rows).greater("n", 5).count()
      __pm.not   = $from(rows).notGreater("n", 5).count()
    `);
    expect([plain, not]).toEqual([1, 1]);
  });

  test("a block left empty or unclosed is named", async () => {
    const { empty } = await runExec(`
      try { $from([1]).equals(1).begin().end().select() } catch (e) { __pm.empty = String(e) }
    `);
    expect(empty).toMatch(/begin\(\) and end\(\)/);
  });

  test("ten thousand rows are filtered, sorted and counted, and each is looked at a few times only", async () => {
    const { count, groups, reads } = await runExec(`
      var reads = 0
      var rows = range(10000).map(i => ({ id: i, get group() { reads++; return "g" + (i % 10) } }))
      __pm.count  = $from(rows).equals("group", "G3").greater("id", 5000).sort("-id").count()
      __pm.groups = $from(rows).countBy("group").length
      __pm.reads  = reads
    `);
    expect(count).toBe(500);
    expect(groups).toBe(10);
    expect(reads).toBeLessThan(10 * 10_000);
  });
});

describe("$sql", () => {
  const rows = `[{ a: 1, b: 2, c: 3 }, { a: 1, b: 3, c: 4 }, { a: 2, b: 2, c: 3 }, { a: 3, b: 1, c: 9 }]`;

  test.each([
    ["a = 1 or (b = 2 and c = 3)", [12, 13, 22]],
    ["a = 1 and (b = 2 or c = 4)", [12, 13]],
    ["a = 3 or a = 1 and (b = 2 or c = 4)", [12, 13, 31]],
    ["not (a = 1 and b = 2)", [13, 22, 31]],
    ["a not in (1, 3)", [22]],
    ["a not between 1 and 2", [31]],
  ])("where %s", async (where, expected) => {
    const { found } = await runExec(
      `__pm.found = $sql(${rows}, "select a, b where ${where}").map(r => r.a * 10 + r.b)`,
    );
    expect(found).toEqual(expected);
  });

  test("what only a database can answer is refused by name", async () => {
    const { refused } = await runExec(`
      try { $sql(${rows}, "select a, count(*) group by a") } catch (e) { __pm.refused = String(e) }
    `);
    expect(refused).toMatch(/group by needs a database/);
  });
});
