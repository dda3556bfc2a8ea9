import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./test/patience.js";
import LongestFirst from "./test/sequencer.js";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["node_modules", "build", "test/conformance/cases/**"],
    globalSetup: "./test/global-setup.ts",
    pool: "forks",
    // Half of the time a file waits: for processes to start, leases to end, nodes to miss each other.
    maxWorkers: 2 * availableParallelism(),
    sequence: { sequencer: LongestFirst },
    // These end what hangs; on a machine that is busy with other things everything takes many times as long.
    testTimeout: 4 * PATIENCE_MS,
    hookTimeout: 4 * PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    reporters: ["default", "./test/summary-reporter.ts"],
  },
});
