import { expect, it } from "vitest";
import { scanJson } from "../../service/catalog/json-scan.js";
import { Chance } from "../attacks/fuzz/chance.js";
import { jsonText } from "../attacks/fuzz/texts.js";

const SEED = 20_261_130;

it(`JSON is what JSON.parse takes, for 5,000 texts made of its grammar and broken (seed ${SEED})`, () => {
  const chance = new Chance(SEED);
  const mistaken: string[] = [];
  let sound = 0;
  for (let round = 0; round < 5_000; round++) {
    const text = jsonText(chance);
    let isJson = true;
    try {
      JSON.parse(text);
      sound++;
    } catch {
      isJson = false;
    }
    const { error } = scanJson(text, Number.POSITIVE_INFINITY);
    if ((error === undefined) !== isJson) mistaken.push(text);
  }
  expect(mistaken).toEqual([]);
  expect(sound).toBeGreaterThan(500);
  expect(sound).toBeLessThan(4500);
});

it("depth and values are counted without reading on behind the limit", () => {
  expect(scanJson('{"a":[1,{"b":null}]}', 3)).toEqual({ values: 7, isTooDeep: false });
  expect(scanJson('{"a":[1,{"b":null}]}', 2)).toMatchObject({ isTooDeep: true });
  expect(scanJson("[".repeat(1_000_000), 100)).toEqual({ values: 101, isTooDeep: true });
});
