import { describe, expect, test } from "vitest";
import { encodeFrame, FrameReader, framePieces, Kind, splitHead, withHead } from "../../service/workers/protocol.js";
import { limitResult } from "../../service/workers/result-limit.js";
import { Lines } from "../../service/workers/split-lines.js";

describe("frames", () => {
  const sent: [Kind, string][] = [
    [Kind.ready, ""],
    [Kind.out, "ünïcödé \u0000 \n 𝄞"],
    [Kind.done, withHead({ runMs: 1, left: [], isTooLarge: false }, '{"result":"{}"}')],
    [Kind.err, "x".repeat(100_000)],
    [Kind.done, `{}\n${"ü".repeat(300_000)}`],
    [Kind.out, "after it"],
  ];
  const bytes = Buffer.concat(sent.map(([kind, payload]) => encodeFrame(kind, payload)));

  test.each([1, 3, 5, 7, 1000, 65_536, 1_000_000])("arrive whole and in order in pieces of %i bytes", (size) => {
    const got: [Kind, string][] = [];
    const reader = new FrameReader((kind, payload) => got.push([kind, payload.toString()]));
    for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
    expect(got).toEqual(sent);
  });

  test("that are sent in pieces arrive as any other, with their head", () => {
    const body = ["", '{"text":', "é𝄞".repeat(100_000), "}"].map((piece) => Buffer.from(piece));
    const got: [Kind, object][] = [];
    const reader = new FrameReader((kind, payload) => got.push([kind, splitHead(payload)]));
    for (const piece of [...framePieces(Kind.run, { uuid: "ü-1" }, body), encodeFrame(Kind.out, "{}\nafter it")])
      reader.push(piece);
    expect(got).toEqual([
      [Kind.run, { head: { uuid: "ü-1" }, body: Buffer.concat(body) }],
      [Kind.out, { head: {}, body: Buffer.from("after it") }],
    ]);
  });

  test("that are none are an error, not a giant allocation", () => {
    const reader = new FrameReader(() => undefined);
    expect(() => reader.push(Buffer.from("FATAL ERROR: something wrote here"))).toThrow("not a frame");
  });

  test("keep a body with lines of its own apart from its head", () => {
    expect(splitHead(Buffer.from(withHead({ uuid: "a\nb" }, "first\nsecond")))).toEqual({
      head: { uuid: "a\nb" },
      body: Buffer.from("first\nsecond"),
    });
  });
});

describe("lines", () => {
  test("come as they were written, however the text was cut", () => {
    const got: string[] = [];
    const lines = new Lines((line) => got.push(line));
    for (const piece of ["a", "b\nc", "\n\n", "d\r\n", "e"]) lines.push(piece);
    expect(got).toEqual(["ab", "c", "", "d\r"]);
    lines.flush();
    lines.flush();
    expect(got).toEqual(["ab", "c", "", "d\r", "e"]);
  });

  test("without an end are passed on in parts, so that they need no memory", () => {
    const got: number[] = [];
    const lines = new Lines((line) => got.push(line.length));
    for (let piece = 0; piece < 10; piece++) lines.push("x".repeat(20_000));
    lines.flush();
    expect(got).toEqual([65_536, 65_536, 65_536, 3392]);
  });
});

describe("MAXRESULT", () => {
  const outcome = (result: string): string => JSON.stringify({ result, errors: [] });

  test("counts bytes, not characters", () => {
    expect(limitResult(outcome('"ééé"'), { maxResultBytes: 8 }).isTooLarge).toBe(false);
    expect(limitResult(outcome('"éééé"'), { maxResultBytes: 8 }).isTooLarge).toBe(true);
  });

  test("0 is no limit", () => {
    const long = outcome(JSON.stringify("x".repeat(1000)));
    expect(limitResult(long, { maxResultBytes: 0 })).toEqual({ outcome: long, isTooLarge: false });
  });
});
