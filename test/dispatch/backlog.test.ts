import { expect, test } from "vitest";
import { Backlog, type WaitOptions } from "../../service/dispatch/backlog.js";

/** A backlog over numbered seats, and the order in which those who wait get one. */
function withSeats() {
  const seats: number[] = [];
  const backlog = new Backlog(() => seats.shift());
  const order: string[] = [];
  const wait = async (name: string, options: WaitOptions = { timeoutMs: 5_000 }) => {
    const seat = await backlog.wait(options);
    order.push(seat === undefined ? `${name} none` : name);
  };
  const serve = (...free: number[]) => {
    seats.push(...free);
    backlog.serve();
  };
  return { backlog, order, wait, serve, seats };
}

test("who came first is served first, as many as there is room for", async () => {
  const { backlog, order, wait, serve } = withSeats();
  const waits = ["a", "b", "c"].map((name) => wait(name));
  serve(1, 2);
  await Promise.all(waits.slice(0, 2));
  expect(order).toEqual(["a", "b"]);
  expect(backlog.length).toBe(1);
  serve(3);
  await waits[2];
  expect(order).toEqual(["a", "b", "c"]);
});

test("who has a lane of its own is served before the others, among its like in order", async () => {
  const { order, wait, serve } = withSeats();
  const waits = [wait("a"), wait("first", { isFirst: true }), wait("second", { isFirst: true })];
  serve(1, 2, 3);
  await Promise.all(waits);
  expect(order).toEqual(["first", "second", "a"]);
});

test("who waited too long, or lost interest, leaves without having taken anything", async () => {
  const { backlog, order, wait, serve, seats } = withSeats();
  const interest = new AbortController();
  const waits = [wait("late", { timeoutMs: 20 }), wait("left", { signal: interest.signal })];
  interest.abort();
  await Promise.all(waits);
  serve(1);
  expect(order.sort()).toEqual(["late none", "left none"]);
  expect(seats).toEqual([1]);
  expect(backlog.length).toBe(0);
});
