import { expect, test } from "vitest";
import { Turns } from "../service/base/turns.js";

const spin = (ms: number): void => {
  for (const from = performance.now(); performance.now() - from < ms; );
};
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test("work that is put off is done in order, and others have their turn between", async () => {
  const turns = new Turns(1);
  const done: number[] = [];
  const wanted = Array.from({ length: 30 }, (_, index) => index);
  for (const index of wanted) {
    turns.next(() => {
      done.push(index);
      spin(2);
    });
  }
  expect(done).toEqual([]);
  let count = 0;
  for (; done.length < wanted.length; count++) await turn();
  expect(done).toEqual(wanted);
  expect(count).toBeGreaterThanOrEqual(wanted.length - 1);
});

test("who comes again goes behind those who wait", async () => {
  const turns = new Turns(0);
  const done: string[] = [];
  const work = (name: string, times: number) => (): void => {
    done.push(name);
    if (times > 1) turns.next(work(name, times - 1));
  };
  turns.next(work("a", 3));
  turns.next(work("b", 3));
  while (done.length < 6) await turn();
  expect(done.join("")).toBe("ababab");
});
