import type { ErrorEntry } from "./entry.js";

/** Operations that a node cannot do now. */
export const node = {
  busy: {
    status: 503,
    title: "Busy",
    message: "No worker was free for this run in time; retry later",
    keep: "result",
    retryAfterS: 1,
  },
  nested_too_deep: {
    status: 508,
    title: "Runs nested too deep",
    message: "Run {parent} is already {limit} levels deep: it cannot start another run and wait for it",
    keep: "error",
  },
  queue_unavailable: {
    status: 503,
    title: "Queue not reachable",
    message: "The queue for asynchronous runs is unreachable, and it may or may not have accepted this run: {reason}",
    keep: "error",
    retryAfterS: 2,
  },
  draining: {
    status: 503,
    title: "Shutting down",
    message: "This node is shutting down and accepts no new runs",
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
    title: "Node without a cluster",
    message: "This node is not in a cluster: no other node can be added",
    keep: "error",
  },
  internal: {
    status: 500,
    title: "Internal error",
    message: "The node failed to handle the request; see its log under '{id}'",
    keep: "error",
  },
} as const satisfies Record<string, ErrorEntry>;
