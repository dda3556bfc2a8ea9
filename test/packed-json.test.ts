import { describe, expect, it } from "vitest";
import { type JsonPieces, joinPieces } from "../service/base/json/json-text.js";
import { packed, unpacked } from "../service/base/json/packed-json.js";
import { RawArgs, RawJson } from "../service/base/json/raw-json.js";

const raw = (value: unknown): RawJson => new RawJson(Buffer.from(JSON.stringify(value)));
const large = { text: 'é𝄞\n"\\'.repeat(40_000), args: { a: [1, { b: "x".repeat(100_000) }], __proto__: null } };
const bytesOf = (json: JsonPieces): Buffer => Buffer.from(joinPieces(json));
/** A map with what is raw in it as values. */
const values = (map: object): unknown => JSON.parse(JSON.stringify(map));

describe("a map with large members", () => {
  const map = {
    record: { uuid: "a-1-2", errors: [] },
    text: raw(large.text),
    args: new RawArgs(Buffer.from(JSON.stringify(large.args)), { shown: 1 }, undefined),
    maxPerName: 2,
  };

  it("comes back with those raw and the same, and is JSON that anybody reads", () => {
    const bytes = bytesOf(packed(map));
    const read = unpacked(bytes);
    expect(read.text).toBeInstanceOf(RawJson);
    expect(read.args).toBeInstanceOf(RawJson);
    expect((read.text as RawJson).bytes.equals(map.text.bytes)).toBe(true);
    expect(values(read)).toEqual(values(map));
    const { raw: sizes, ...other } = JSON.parse(bytes.toString());
    expect(other).toEqual(values(map));
    expect(sizes).toEqual({ text: map.text.bytes.length, args: map.args.bytes.length });
    expect(values(unpacked(bytesOf(packed(read))))).toEqual(values(map));
  });

  it("may have nothing else, or one of them only", () => {
    for (const some of [{ text: map.text }, { args: map.args }, { text: map.text, file: "a" }]) {
      expect(values(unpacked(bytesOf(packed(some))))).toEqual(values(some));
    }
  });

  it("that was written by who knows nothing of it is read whole", () => {
    const read = JSON.parse(bytesOf(packed(map)).toString());
    const changed = { ...read, text: `${large.text}more` };
    const expected = { ...(values(map) as object), text: changed.text };
    expect(values(unpacked(Buffer.from(JSON.stringify(changed))))).toEqual(expected);
    expect(values(unpacked(Buffer.from(JSON.stringify(changed, null, 1))))).toEqual(expected);
  });

  it("that is damaged is no JSON, wherever it is cut", () => {
    const bytes = bytesOf(packed(map));
    for (const length of [0, 1, 8, 60, 1000, bytes.length >> 1, bytes.length - 60, bytes.length - 1]) {
      expect(() => unpacked(bytes.subarray(0, length))).toThrow(SyntaxError);
    }
  });

  it("is none when it is something else", () => {
    for (const text of ["[]", "1", "null", '"a"', `[${"1,".repeat(50_000)}1]`]) {
      expect(() => unpacked(Buffer.from(text))).toThrow(TypeError);
    }
  });

  it("says sizes that are wrong: it is read whole, or is no JSON", () => {
    const text = bytesOf(packed(map)).toString();
    for (const wrong of [
      '{"text":1}',
      '{"text":999999999}',
      '{"nobody":5}',
      '{"text":0,"args":0}',
      "[]",
      '{"a":"b"}',
    ]) {
      const bytes = Buffer.from(text.replace(/^\{"raw":\{[^}]*\}/, `{"raw":${wrong}`));
      expect(values(unpacked(bytes))).toEqual(values(map));
    }
  });
});

it("a map without large members is JSON as ever", () => {
  expect(packed({ a: 1, text: "t" })).toBe('{"a":1,"text":"t"}');
  expect(unpacked(Buffer.from('{"a":1,"text":"t"}'))).toEqual({ a: 1, text: "t" });
});
