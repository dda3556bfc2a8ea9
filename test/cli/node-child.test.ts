import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { NodeChild } from "../../service/supervisor/node-child.js";

test("a node that is told to stop while it is started anew is not started again", async () => {
  let isStopping = false;
  let wasStarted: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    wasStarted = resolve;
  });
  const lines: string[] = [];
  const child = new NodeChild({
    port: 1,
    command: () => [process.execPath, ["-e", "setInterval(() => undefined, 1000)"]],
    onChange: () => child?.node.pid !== undefined && wasStarted(),
    log: (line) => void lines.push(line),
  });
  const restarted = child.restart(() => !isStopping);
  await started;
  isStopping = true;
  await child.stop();
  await restarted;
  await delay(700); // longer than the pause before a node is started again
  expect([child.node.state, child.node.restarts]).toEqual(["stopped", 0]);
  expect(lines).toEqual(["1: was ended by SIGTERM"]);
});
