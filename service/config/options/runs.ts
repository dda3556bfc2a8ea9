import type { OptionSpec } from "../option-spec.js";

/** Limits of a run, and content of its reply. */
export const runs = {
  JOBTIMEOUT: {
    type: "integer",
    group: "runs",
    default: 0,
    unit: "ms",
    min: 0,
    max: 2_147_483_647,
    help: "Time limit of a run; 0: no limit.",
  },
  JOBMEMORY: {
    type: "integer",
    group: "runs",
    default: 512,
    unit: "MB",
    min: 32,
    max: 1_048_576,
    help: "JavaScript heap of a worker; a run that needs more fails.",
  },
  MAXRESULT: {
    type: "bytes",
    group: "runs",
    default: 10 * 1024 * 1024,
    min: 1024,
    help: "Maximum size of the result map of a run, as JSON text.",
  },
  KILLGRACE: {
    type: "integer",
    group: "runs",
    default: 5000,
    unit: "ms",
    min: 0,
    max: 3_600_000,
    help: "Time that running jobs may take to finish when the node stops, before they are killed.",
  },
  SHOWERRORS: {
    type: "boolean",
    group: "runs",
    default: true,
    help: "Add the errors of a run's jobs to its result map as __errors.",
  },
  INIT: {
    type: "boolean",
    group: "runs",
    default: true,
    help: "Run the initialization jobs (WORK/.rojob/*.yaml and *.json) when the node starts.",
  },
  INITCHECK: {
    type: "integer",
    group: "runs",
    unit: "s",
    min: 1,
    max: 31_536_000,
    help: "Interval at which initialization jobs run again; without it they run only at start.",
  },
} as const satisfies Record<string, OptionSpec>;
