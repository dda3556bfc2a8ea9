import { expect, it } from "vitest";
import { Heap } from "../../service/queue/spool/heap.js";

/** Numbers from 0 up to 1, the same for the same seed. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

function drained(heap: Heap<number>): number[] {
  const out: number[] = [];
  for (let one = heap.pop(); one !== undefined; one = heap.pop()) out.push(one);
  return out;
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])("gives what is in it in order, whatever came and went before (seed %i)", (seed) => {
  const random = chance(seed);
  const heap = new Heap<number>((a, b) => a < b);
  let inside: number[] = [];
  for (let turn = 0; turn < 400; turn++) {
    const what = random();
    if (what < 0.6 || inside.length === 0) {
      const item = turn + Math.floor(random() * 1000) * 1000;
      heap.push(item);
      inside.push(item);
    } else if (what < 0.8) {
      const item = inside[Math.floor(random() * inside.length)]!;
      expect(heap.remove(item)).toBe(true);
      inside = inside.filter((other) => other !== item);
    } else {
      const least = Math.min(...inside);
      expect(heap.peek()).toBe(least);
      expect(heap.pop()).toBe(least);
      inside = inside.filter((other) => other !== least);
    }
    expect(heap.size).toBe(inside.length);
  }
  expect(drained(heap)).toEqual(inside.sort((a, b) => a - b));
});

it("one that is taken out of the middle may rise above the place that becomes free", () => {
  // 10 is below 2, 3 below 1: what fills the place of 11 belongs above its parent.
  const heap = new Heap<number>((a, b) => a < b);
  for (const item of [1, 10, 2, 11, 12, 3, 4]) heap.push(item);
  expect(heap.remove(11)).toBe(true);
  expect(drained(heap)).toEqual([1, 2, 3, 4, 10, 12]);
});

it("knows nothing of what is not in it, nor of what was cleared", () => {
  const heap = new Heap<number>((a, b) => a < b);
  expect([heap.peek(), heap.pop(), heap.remove(1), heap.size]).toEqual([undefined, undefined, false, 0]);
  heap.push(1);
  expect([heap.remove(2), heap.size, heap.remove(1), heap.size, heap.remove(1)]).toEqual([false, 1, true, 0, false]);
  heap.push(3);
  heap.clear();
  expect([heap.size, heap.pop()]).toEqual([0, undefined]);
});
