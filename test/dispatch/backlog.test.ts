import { expect, test } from "vitest";
import { Backlog } from "../../service/dispatch/backlog.js";

test("who came first is served first, as many as there is room for", async () => {
  const backlog = new Backlog<string>();
  let room = 0;
  const take = (name: string) => () => (room-- > 0 ? Promise.resolve(name) : undefined);
  const order: string[] = [];
  const waits = ["a", "b", "c"].map((name) => backlog.wait(take(name), 5_000).then((got) => order.push(String(got))));
  room = 2;
  backlog.serve();
  await Promise.all(waits.slice(0, 2));
  expect(order).toEqual(["a", "b"]);
  expect(backlog.length).toBe(1);
  room = 1;
  backlog.serve();
  await waits[2];
  expect(order).toEqual(["a", "b", "c"]);
});

test("who waited too long leaves without having been started", async () => {
  const backlog = new Backlog<string>();
  let started = 0;
  const got = await backlog.wait(() => {
    started++;
    return undefined;
  }, 20);
  backlog.serve();
  expect(got).toBeUndefined();
  expect(started).toBe(0);
  expect(backlog.length).toBe(0);
});
