import { expect } from "vitest";
import type { Claim } from "../../service/model/queue.js";
import type { QueuedRun, RunRecord } from "../../service/model/record.js";
import { PATIENCE_MS } from "../patience.js";

export const NODE = "node-of-tests:1";
let runs = 0;

/** A run as it is handed to a queue. */
export function queuedRun(record: Partial<RunRecord> = {}, given: Partial<QueuedRun> = {}): QueuedRun {
  const uuid = `node-of-tests-1-${process.pid}${String(++runs).padStart(6, "0")}`;
  return {
    record: {
      uuid,
      state: "accepted",
      file: "ojob",
      sourceHash: "0".repeat(64),
      args: {},
      by: "127.0.0.1",
      isAsync: true,
      node: NODE,
      priority: 0,
      retries: 0,
      attempt: 0,
      acceptedAt: Date.now(),
      errors: [],
      ...record,
    },
    text: "todo: []",
    args: {},
    ...given,
  };
}

/** The record of a claimed run that starts. */
export function startedOf({ run: { record } }: Claim): RunRecord {
  return { ...record, state: "running", attempt: record.attempt + 1, startedAt: Date.now() };
}

/** Starts what was claimed and ends it with a result. */
export async function carryOut(claim: Claim, result = "{}", state: RunRecord["state"] = "done"): Promise<boolean> {
  const record = startedOf(claim);
  expect(await claim.started(record)).toBe(true);
  return claim.complete({ record: { ...record, state, endedAt: Date.now() }, result });
}

/** Waits until there is something. */
export async function until<T>(look: () => Promise<T | undefined | false>, timeoutMs = PATIENCE_MS): Promise<T> {
  for (const end = Date.now() + timeoutMs; ; ) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`not after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
