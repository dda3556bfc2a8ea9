import { expect, test } from "vitest";
import type { Backend, Given } from "../../service/queue/broker/backend.js";
import { BrokerQueue } from "../../service/queue/broker/index.js";
import { queuedRun } from "./queued-runs.js";

test("runs of the dead are looked after also when a claim of this node cannot be renewed, and that is still reported", async () => {
  const given: Given = { run: queuedRun({}), token: "1" };
  let looks = 0;
  const backend: Partial<Backend> = {
    claim: async () => given,
    renew: async () => {
      throw new Error("the lease is not known");
    },
    reap: async () => {
      looks++;
      return [];
    },
  };
  const log = { warn: () => undefined };
  const queue = new BrokerQueue(backend as Backend, { resultTtlMs: 0, logTtlMs: 0, keepRuns: 0, log });
  expect(await queue.claim()).toBeDefined();
  await expect(queue.maintain()).rejects.toThrow("the lease is not known");
  expect(looks).toBe(1);
});
