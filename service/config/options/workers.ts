import type { OptionSpec } from "../option.js";

/** The processes that execute runs, and the runs that wait for them. */
export const workers = {
  ENGINE: {
    type: "choice",
    group: "workers",
    choices: ["embedded", "openaf", "auto"],
    default: "embedded",
    help: "What executes oJobs: the built-in engine, an installed OpenAF, or whichever a job needs.",
  },
  ISOLATION: {
    type: "choice",
    group: "workers",
    choices: ["context", "process"],
    default: "context",
    help: "What a run has to itself: a fresh JavaScript context in a warm worker, or a whole worker process. For code that is not trusted, use process, inside a container.",
  },
  WORKERS: {
    type: "integer",
    group: "workers",
    default: (facts) => Math.max(1, Math.min(facts.cpus, 4)),
    defaultText: "one a CPU, at most 4",
    min: 1,
    max: 1024,
    help: "Worker processes kept warm: as many runs at a time.",
  },
  SPARES: {
    type: "integer",
    group: "workers",
    // Measured with bursts of 8 runs on 2 workers: 4 take a tenth to a quarter off the time of 2, 8 little more.
    default: 4,
    min: 1,
    max: 256,
    help: "Environments each worker prepares ahead of the runs.",
  },
  FORK: {
    type: "boolean",
    group: "workers",
    default: true,
    help: "When all workers are busy, extra ones are started, up to MAXFORKS, and end when idle. Off with QUEUECH.",
  },
  MAXFORKS: {
    type: "integer",
    group: "workers",
    default: (facts) => Number(facts.get("WORKERS")),
    defaultText: "as many as WORKERS",
    min: 0,
    max: 1024,
    help: "Most extra workers at a time.",
  },
  BACKLOG: {
    type: "integer",
    group: "workers",
    default: 100,
    min: 0,
    max: 1_000_000,
    help: "Most runs that may wait for a worker; further ones are refused.",
  },
  BACKLOGTIMEOUT: {
    type: "integer",
    group: "workers",
    default: 30_000,
    unit: "ms",
    min: 1,
    max: 2_147_483_647,
    help: "Longest time a run waits for a worker before it is refused.",
  },
} as const satisfies Record<string, OptionSpec>;
