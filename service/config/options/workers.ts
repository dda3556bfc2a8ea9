import type { OptionSpec } from "../option-spec.js";

/** The processes that execute runs, and the runs that wait for them. */
export const workers = {
  ENGINE: {
    type: "choice",
    group: "workers",
    choices: ["embedded", "openaf", "auto"],
    default: "embedded",
    help: "Engine that executes oJobs: the built-in one, an installed OpenAF, or the one a job needs.",
  },
  ISOLATION: {
    type: "choice",
    group: "workers",
    choices: ["context", "process"],
    default: "context",
    help: "Isolation of a run: a fresh JavaScript context in a warm worker, or its own worker process. For untrusted code, use process inside a container.",
  },
  WORKERS: {
    type: "integer",
    group: "workers",
    default: (facts) => Math.max(1, Math.min(facts.cpus, 4)),
    defaultText: "one per CPU, at most 4",
    min: 1,
    max: 1024,
    help: "Number of warm worker processes, and so of concurrent runs.",
  },
  SPARES: {
    type: "integer",
    group: "workers",
    // Measured with bursts of 8 runs on 2 workers: 4 take a tenth to a quarter off the time of 2, 8 little more.
    default: 4,
    min: 1,
    max: 256,
    help: "Environments that each worker prepares in advance.",
  },
  FORK: {
    type: "boolean",
    group: "workers",
    default: true,
    help: "Start extra workers, up to MAXFORKS, when all workers are busy; they end when idle. Off with QUEUECH.",
  },
  MAXFORKS: {
    type: "integer",
    group: "workers",
    default: (facts) => Number(facts.get("WORKERS")),
    defaultText: "as many as WORKERS",
    min: 0,
    max: 1024,
    help: "Maximum number of extra workers.",
  },
  BACKLOG: {
    type: "integer",
    group: "workers",
    default: 100,
    min: 0,
    max: 1_000_000,
    help: "Maximum number of runs that wait for a worker; the node rejects further ones.",
  },
  BACKLOGTIMEOUT: {
    type: "integer",
    group: "workers",
    default: 30_000,
    unit: "ms",
    min: 1,
    max: 2_147_483_647,
    help: "Maximum time a run waits for a worker before the node rejects it.",
  },
} as const satisfies Record<string, OptionSpec>;
