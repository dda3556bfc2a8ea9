import type { ErrorEntry } from "./entry.js";

/** What a node cannot take or do now. */
export const node = {
  busy: {
    status: 503,
    title: "Busy",
    message: "No worker was free for this run in time; try again later",
    keep: "result",
    retryAfterS: 1,
  },
  nested_too_deep: {
    status: 508,
    title: "Runs start runs without end",
    message:
      "Run {parent} was itself started by a run, {limit} in a row: it cannot start a further one and wait for it",
    keep: "error",
  },
  queue_unavailable: {
    status: 503,
    title: "Queue not reachable",
    message: "The queue for asynchronous runs cannot be used now, and whether it took this run is not known: {reason}",
    keep: "error",
    retryAfterS: 2,
  },
  draining: {
    status: 503,
    title: "Shutting down",
    message: "This node is shutting down and takes no new runs",
    keep: "result",
    retryAfterS: 5,
  },
  not_ready: {
    status: 503,
    title: "Not ready",
    message: "This node is not ready for runs: {reason}",
    keep: "result",
    retryAfterS: 1,
  },
  no_cluster: {
    status: 409,
    title: "Node is alone",
    message: "This node is in no cluster: no other node can be made known to it",
    keep: "error",
  },
  internal: {
    status: 500,
    title: "Internal error",
    message: "Something went wrong inside the node; its log tells more under '{id}'",
    keep: "error",
  },
} as const satisfies Record<string, ErrorEntry>;
