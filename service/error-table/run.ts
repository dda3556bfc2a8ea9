import type { ErrorEntry } from "./entry.js";

/** How runs can end without a result, and runs that are asked for. */
export const run = {
  async_unavailable: {
    status: 501,
    title: "Asynchronous runs not available",
    message: "Asynchronous runs are not available yet: leave out {asked}",
    keep: "error",
  },
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
  unknown_run: {
    status: 404,
    title: "No such run",
    message: "This node knows no run '{uuid}'",
    keep: "error",
  },
} as const satisfies Record<string, ErrorEntry>;
