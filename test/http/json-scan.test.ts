import { expect, it } from "vitest";
import { scanJson } from "../../service/http/json-scan.js";
import { Chance } from "../attacks/fuzz/chance.js";
import { jsonText } from "../attacks/fuzz/texts.js";

const SEED = 20_261_130;

it(`JSON is what JSON.parse takes, for 20,000 texts made of its grammar and broken (seed ${SEED})`, () => {
  const chance = new Chance(SEED);
  let sound = 0;
  for (let round = 0; round < 20_000; round++) {
    const text = jsonText(chance);
    let isJson = true;
    try {
      JSON.parse(text);
      sound++;
    } catch {
      isJson = false;
    }
    const { error } = scanJson(text, Number.POSITIVE_INFINITY);
    expect([text, error === undefined]).toEqual([text, isJson]);
  }
  expect(sound).toBeGreaterThan(2000);
  expect(sound).toBeLessThan(18_000);
});

it("depth and values are counted without reading on behind the limit", () => {
  expect(scanJson('{"a":[1,{"b":null}]}', 3)).toEqual({ values: 7, isTooDeep: false });
  expect(scanJson('{"a":[1,{"b":null}]}', 2)).toMatchObject({ isTooDeep: true });
  expect(scanJson("[".repeat(1_000_000), 100)).toEqual({ values: 101, isTooDeep: true });
});
