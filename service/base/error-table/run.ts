import type { ErrorEntry } from "./entry.js";

/** Ends of runs without a result, and requests about runs. */
export const run = {
  run_timeout: {
    status: 504,
    title: "Run took too long",
    message: "Run {uuid} was ended: {reason}",
    keep: "result",
  },
  run_killed: {
    status: 500,
    title: "Run was killed",
    message: "Run {uuid} was killed: {reason}",
    keep: "result",
  },
  run_out_of_memory: {
    status: 500,
    title: "Run ran out of memory",
    message: "Run {uuid} was ended: {reason}",
    keep: "result",
  },
  run_crashed: {
    status: 500,
    title: "Worker of the run died",
    message: "Run {uuid} was lost with its worker: {reason}",
    keep: "result",
  },
  result_too_large: {
    status: 500,
    title: "Result too large",
    message: "The result of run {uuid} is larger than the {limit} bytes of MAXRESULT",
    keep: "error",
  },
  run_not_ended: {
    status: 409,
    title: "Run has not ended",
    message: "Run {uuid} is {state}: retry when it has ended, or use '?wait=SECONDS'",
    keep: "error",
    retryAfterS: 1,
  },
  run_ended: {
    status: 409,
    title: "Run has ended",
    message: "Run {uuid} has already ended with state {state}; remove it with '?forget=true'",
    keep: "error",
  },
  result_gone: {
    status: 410,
    title: "Result no longer kept",
    message: "Run {uuid} has ended, but its result is no longer kept (RESULTTTL, KEEPRUNS, rojob.resultTtl)",
    keep: "error",
  },
  not_unique: {
    status: 409,
    title: "Another run has this name",
    message: "'{name}' may run only once at a time (rojob.unique), and run {uuid} has not ended",
    keep: "result",
    retryAfterS: 1,
  },
  not_retriable: {
    status: 409,
    title: "Run cannot be retried",
    message: "Run {uuid} cannot be retried: {reason}",
    keep: "error",
  },
  unknown_run: {
    status: 404,
    title: "No such run",
    message: "This node knows no run '{uuid}'",
    keep: "error",
  },
} as const satisfies Record<string, ErrorEntry>;
