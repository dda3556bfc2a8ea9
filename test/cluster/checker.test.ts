import { expect, it } from "vitest";
import { check } from "./checker.js";

it("a mixed load through three nodes with random faults: none lost after acceptance, none run twice, each reply its own", async () => {
  // The long form, 5,000 runs, is `tsx bench/cluster.ts --check`.
  const found = await check({ runs: 600, clients: 6, faultEveryMs: 2_000, seed: 7 });
  const { wrongReply, ranTwice, answeredWithoutRunning, acceptedButLost, unclear, ...counts } = found;
  expect({ wrongReply, ranTwice, answeredWithoutRunning, acceptedButLost, unclear }).toEqual({
    wrongReply: [],
    ranTwice: [],
    answeredWithoutRunning: [],
    acceptedButLost: [],
    unclear: [],
  });
  expect(counts.answered + counts.accepted + counts.lost).toBeGreaterThanOrEqual(600);
  expect(counts.answered).toBeGreaterThan(200);
}, 180_000);
