import { describe, expect, it } from "vitest";
import { explainJson } from "../../service/catalog/json-error.js";

describe("what is wrong with a JSON text", () => {
  it.each([
    ["", 1, 1, "a value expected, but the text ends"],
    ["{", 1, 2, "a key in double quotes expected, but the text ends"],
    ['{"a":1', 1, 7, "',' or '}' expected, but the text ends"],
    ['{"a":1,}', 1, 8, "a key in double quotes expected"],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, "',' or '}' expected"],
    ["[1,\n]", 2, 1, "a value expected"],
    ["[1 2]", 1, 4, "',' or ']' expected"],
    ["{'a':1}", 1, 2, "a key in double quotes expected"],
    ['{"a" 1}', 1, 6, "':' after the key expected"],
    ['{"a":01}', 1, 7, "',' or '}' expected"],
    ['{"a":.5}', 1, 6, "a value expected"],
    ['["a\nb"]', 1, 2, "this text is not closed, or has a character that must be escaped"],
    ['["\\x"]', 1, 2, "this text is not closed, or has a character that must be escaped"],
    ["[tru]", 1, 2, "a value expected"],
    ["{}}", 1, 3, "unexpected text after the value"],
    ["null null", 1, 6, "unexpected text after the value"],
  ])("%j is found at line %i, column %i", (text, line, column, reason) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(explainJson(text)).toEqual({ line, column, reason });
  });

  it("is found behind a text of megabytes", () => {
    const text = `{"a": "${"é\\n".repeat(2_000_000)}",\n}`;
    expect(explainJson(text)).toMatchObject({ line: 2, column: 1 });
  });
});
