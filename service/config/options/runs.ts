import type { OptionSpec } from "../option.js";

/** What a run may use, and what its reply holds. */
export const runs = {
  JOBTIMEOUT: {
    type: "integer",
    group: "runs",
    default: 0,
    unit: "ms",
    min: 0,
    max: 2_147_483_647,
    help: "Longest time a run may take before it is ended; 0: as long as it likes.",
  },
  JOBMEMORY: {
    type: "integer",
    group: "runs",
    default: 512,
    unit: "MB",
    min: 32,
    max: 1_048_576,
    help: "JavaScript heap of a worker; a run that needs more ends with an error.",
  },
  MAXRESULT: {
    type: "bytes",
    group: "runs",
    default: 10 * 1024 * 1024,
    min: 1024,
    help: "Largest result map of a run, as JSON text.",
  },
  KILLGRACE: {
    type: "integer",
    group: "runs",
    default: 5000,
    unit: "ms",
    min: 0,
    max: 3_600_000,
    help: "Time that running jobs get to finish when the node is told to stop, before they are killed.",
  },
  SHOWERRORS: {
    type: "boolean",
    group: "runs",
    default: true,
    help: "Errors of a run's jobs are added to its result map as __errors.",
  },
  INIT: {
    type: "boolean",
    group: "runs",
    default: true,
    help: "Initialization jobs (WORK/.rojob/*.yaml and *.json) are run at start.",
  },
  INITCHECK: {
    type: "integer",
    group: "runs",
    unit: "s",
    min: 1,
    max: 31_536_000,
    help: "Initialization jobs are run again every so often; without it only at start.",
  },
} as const satisfies Record<string, OptionSpec>;
