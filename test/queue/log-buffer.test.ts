import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LogBuffer } from "../../service/queue/broker/log-buffer.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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
