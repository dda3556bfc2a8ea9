import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LogBuffer } from "../../service/queue/broker/log-buffer.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("output that cannot be sent is kept up to 1 MB of a run and 32 MB of all, in order, and the rest is counted", async () => {
  const sent: Record<string, string> = {};
  let isReachable = false;
  const buffer = new LogBuffer(async (uuid, text) => {
    if (!isReachable) throw new Error("unreachable");
    sent[uuid] = (sent[uuid] ?? "") + text;
  });
  // More lines than arguments of a call: each is one byte with its line end.
  for (let n = 0; n < 300_000; n++) buffer.append("lines", "");
  const line = "x".repeat(64 * 1024);
  for (let n = 0; n < 20; n++) for (let run = 0; run < 40; run++) buffer.append(`run-${run}`, line);
  await vi.advanceTimersByTimeAsync(3000);
  isReachable = true;
  await vi.advanceTimersByTimeAsync(3000);
  expect(sent["lines"]).toBe("\n".repeat(300_000));
  const bytes = Object.values(sent).reduce((sum, { length }) => sum + length, 0);
  expect(bytes).toBeGreaterThan(31 * 1024 * 1024);
  expect(bytes).toBeLessThan(33 * 1024 * 1024);
  expect(Object.values(sent).some((text) => text.length > 1.2 * 1024 * 1024)).toBe(false);
  const dropped = Object.values(sent).map((text) => Number(/\[(\d+) lines are missing/.exec(text)?.[1] ?? 0));
  const kept = Object.values(sent).map((text) => text.split(line).length - 1);
  expect([...dropped, ...kept].reduce((sum, count) => sum + count, 0)).toBe(800);
  // Room again: nothing is dropped any more.
  buffer.append("later", line);
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent["later"]).toBe(`${line}\n`);
  buffer.close();
});

test("the end of a run waits for its output as long as that is sent, and no longer than said for one that is not", async () => {
  const sent: string[] = [];
  let goOn = (): void => undefined;
  const buffer = new LogBuffer(async (_, text) => {
    sent.push(text);
    await new Promise<void>((resolve) => (goOn = resolve));
  }, 200);
  buffer.append("a", "one");
  buffer.append("a", "two");
  let isOver = false;
  const over = buffer.flushed("a").then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(199);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await over;
  expect(sent).toEqual(["one\ntwo\n"]);
  // The answer comes late: nothing is sent twice, and the next output goes on behind it.
  goOn();
  buffer.append("a", "three");
  const ended = buffer.flushed("a");
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toHaveLength(2);
  goOn();
  await ended;
  expect(sent[1]).toBe("three\n");
  buffer.close();
});
