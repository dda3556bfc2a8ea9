import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./test/patience.js";
import LongestFirst from "./test/sequencer.js";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["node_modules", "build", "test/conformance/cases/**"],
    globalSetup: "./test/global-setup.ts",
    pool: "forks",
    // Tests start real processes: two files at a time are enough for a small machine.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // These end what hangs; on a machine that is busy with other things everything takes many times as long.
    testTimeout: 4 * PATIENCE_MS,
    hookTimeout: 4 * PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    reporters: ["default", "./test/summary-reporter.ts"],
  },
});
