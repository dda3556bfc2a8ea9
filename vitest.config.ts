import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./test/patience.js";
import LongestFirst from "./test/sequencer.js";

/** Files whose tests replace modules or functions of the process, change its environment, or measure its memory. */
const ALONE = [
  "test/attacks/{border,large-bodies,large-outcomes}.test.ts",
  "test/client/retry.test.ts",
  "test/management/gitclone.test.ts",
  "test/queue/{lease-watch,spool}.test.ts",
  "test/runs/{follow-log,idempotency}.test.ts",
  "test/store/{logs,paused-anywhere}.test.ts",
  "test/synth/options.test.ts",
  "test/workers/**/*.test.ts",
];
const EXCLUDED = ["node_modules", "build", "test/conformance/cases/**"];

export default defineConfig({
  test: {
    // Files that leave their process as it was share it: a sixth of the CPU time of all tests was to load the same modules anew.
    projects: [
      { extends: true, test: { name: "alone", include: ALONE, exclude: EXCLUDED } },
      {
        extends: true,
        test: { name: "together", isolate: false, include: ["test/**/*.test.ts"], exclude: [...EXCLUDED, ...ALONE] },
      },
    ],
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
