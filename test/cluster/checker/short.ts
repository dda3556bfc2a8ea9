import { expect, it } from "vitest";
import { type BrokerType, brokerProgram } from "../../queue/broker-nodes.js";
import { check } from "./checker.js";
import type { Mode } from "./field.js";

/** CHECKER_SEED=7 takes a seed again. */
const seed = Number(process.env.CHECKER_SEED ?? Date.now() % 1_000_000);
const RUNS = 120;

/**
 * Declares the short form of the checker as a test, skipped where its broker is not installed. Each mode has a file of its own,
 * so that they run side by side. The full form is `npm run checker`.
 */
export function shortCheck(mode: Mode, broker?: BrokerType): void {
  const test = broker === undefined || brokerProgram(broker) !== undefined ? it : it.skip;
  const title = `a mixed load through three nodes with random faults, mode ${mode}: nothing is lost or doubled, no end changes, each reply is that of its run`;
  test(title, { timeout: 600_000 }, async () => {
    console.log(`checker, mode ${mode}: seed ${seed}`);
    const options = { mode, runs: RUNS, faults: 5, seed, longestPauseMs: 8_000, lookMs: 100 };
    const { faulty, counts, words = [] } = await check(options);
    for (const line of words) if (Object.values(faulty).flat().length > 0) console.log(line);
    const none = Object.fromEntries(Object.keys(faulty).map((kind) => [kind, []]));
    expect({ seed, ...faulty }).toEqual({ seed, ...none });
    expect(counts).toMatchObject({ sent: RUNS, faults: expect.anything() });
    expect(counts.accepted).toBeGreaterThan(0);
    expect(counts.answered).toBeGreaterThan(0);
  });
}
