import { expect, test } from "vitest";
import { LogBuffer } from "../../service/queue/broker/log-buffer.js";

test("the end of a run waits for its output as long as that is sent, and no longer than said for one that is not", async () => {
  const sent: string[] = [];
  let goOn = (): void => undefined;
  const buffer = new LogBuffer(async (_, text) => {
    sent.push(text);
    await new Promise<void>((resolve) => (goOn = resolve));
  }, 200);
  buffer.append("a", "one");
  buffer.append("a", "two");
  const from = performance.now();
  await buffer.flushed("a");
  expect(performance.now() - from).toBeGreaterThan(150);
  expect(sent).toEqual(["one\ntwo\n"]);
  // The answer comes late: nothing is sent twice, and the next output goes on behind it.
  goOn();
  buffer.append("a", "three");
  const ended = buffer.flushed("a");
  await expect.poll(() => sent.length).toBe(2);
  goOn();
  await ended;
  expect(sent[1]).toBe("three\n");
  buffer.close();
});
