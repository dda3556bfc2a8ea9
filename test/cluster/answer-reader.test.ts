import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { AnswerReader } from "../../service/cluster/answer-reader.js";

/** A stream that gives the bytes in pieces of a size. */
function streamOf(text: string, size: number): PassThrough {
  const stream = new PassThrough();
  const bytes = Buffer.from(text);
  void (async () => {
    for (let at = 0; at < bytes.length; at += size) {
      stream.write(bytes.subarray(at, at + size));
      await new Promise((resolve) => void setImmediate(resolve));
    }
    stream.end();
  })();
  return stream;
}

test.each([1, 2, 3, 7, 1000])("lines and bytes come as they are, in pieces of %i", async (size) => {
  const reader = new AnswerReader(streamOf("é one\n\ntwo\n𝄞\nraw\nrest\nno end", size));
  expect(String(await reader.line())).toBe("é one");
  expect(String(await reader.line())).toBe("");
  expect(String(await reader.line())).toBe("two");
  expect(String(await reader.bytes(8))).toBe("𝄞\nraw");
  expect(String(await reader.bytes(0))).toBe("");
  expect(String(await reader.line())).toBe("");
  expect(String(await reader.line())).toBe("rest");
  expect(await reader.line()).toBeUndefined();
  expect(await reader.line()).toBeUndefined();
});

test("bytes that do not all come are none", async () => {
  const reader = new AnswerReader(streamOf("line\nabc", 2));
  expect(String(await reader.line())).toBe("line");
  expect(await reader.bytes(4)).toBeUndefined();
});

test("a long line is looked at once, in however many pieces it comes", async () => {
  const pieces = Array.from({ length: 2000 }, () => Buffer.from("x".repeat(500)));
  let looked = 0;
  for (const piece of pieces) {
    piece.indexOf = () => {
      looked++;
      return -1;
    };
  }
  const all = [...pieces, Buffer.from("\n")];
  const stream = {
    async *[Symbol.asyncIterator]() {
      yield* all;
    },
  };
  expect((await new AnswerReader(stream).line())!.length).toBe(1_000_000);
  expect(looked).toBe(pieces.length);
});
