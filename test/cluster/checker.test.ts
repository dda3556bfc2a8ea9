import { describe, expect, it } from "vitest";
import { brokerProgram } from "../queue/broker-nodes.js";
import { check } from "./checker/checker.js";
import { modes } from "./checker/field.js";

/** CHECKER_SEED=7 takes a seed again. */
const seed = Number(process.env.CHECKER_SEED ?? Date.now() % 1_000_000);
const brokers = { redis: "redis", etcd: "etcd3" } as const;

describe.each(modes)("a mixed load through three nodes with random faults, mode %s", (mode) => {
  const isThere = mode !== "redis" && mode !== "etcd" ? true : brokerProgram(brokers[mode]) !== undefined;
  const test = isThere ? it : it.skip;

  // The full form is `npm run checker`.
  test("loses nothing, doubles nothing, changes no end, and gives each its own reply", {
    timeout: 600_000,
  }, async () => {
    console.log(`checker, mode ${mode}: seed ${seed}`);
    const {
      faulty,
      counts,
      words = [],
    } = await check({ mode, runs: 120, faults: 5, seed, longestPauseMs: 8_000, lookMs: 100 });
    for (const line of words) if (Object.values(faulty).flat().length > 0) console.log(line);
    const none = Object.fromEntries(Object.keys(faulty).map((kind) => [kind, []]));
    expect({ seed, ...faulty }).toEqual({ seed, ...none });
    expect(counts).toMatchObject({ sent: 120, faults: expect.anything() });
    expect(counts.accepted).toBeGreaterThan(0);
    expect(counts.answered).toBeGreaterThan(0);
  });
});
