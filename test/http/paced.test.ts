import { PassThrough, Readable } from "node:stream";
import { expect, test } from "vitest";
import { readPaced } from "../../service/http/body/paced.js";

const spin = (ms: number): void => {
  for (const from = performance.now(); performance.now() - from < ms; );
};
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test("bodies that arrive together are read a piece each, not one after the other", async () => {
  const order: number[] = [];
  const ends = [0, 1, 2, 3].map((index) => {
    const stream = new PassThrough({ highWaterMark: 1024 * 1024 });
    const ended = new Promise<void>((resolve, reject) => {
      readPaced(stream, {
        take: (piece) => {
          for (let at = 0; at < piece.length; at += 1024) order.push(index);
          spin(1);
        },
        end: resolve,
        fail: reject,
      });
    });
    void (async () => {
      for (let count = 0; count < 10; count++) {
        stream.write(Buffer.alloc(1024));
        await turn();
      }
      stream.end();
    })();
    return ended;
  });
  await Promise.all(ends);
  for (const index of [0, 1, 2, 3]) expect(order.filter((each) => each === index)).toHaveLength(10);
  // Nobody is through before all have begun.
  const firsts = [0, 1, 2, 3].map((index) => order.indexOf(index));
  const lasts = [0, 1, 2, 3].map((index) => order.lastIndexOf(index));
  expect(Math.max(...firsts)).toBeLessThan(Math.min(...lasts));
});

test("pieces that arrived before the stream was read are all read, also those above its buffer's limit", async () => {
  const stream = new Readable({ highWaterMark: 1024, read: () => undefined });
  const taken: string[] = [];
  const isRead = new Promise<void>((resolve, reject) => {
    const take = (piece: Buffer): void => {
      taken.push(String(piece));
      // The connection is read on, and the body ends, only when the buffer is empty.
      if (taken.join("").length === 3000) stream.push(null);
    };
    readPaced(stream, { take, end: resolve, fail: reject });
  });
  for (const letter of "abc") stream.push(letter.repeat(1000));
  await isRead;
  expect(taken.join("")).toBe("a".repeat(1000) + "b".repeat(1000) + "c".repeat(1000));
});
