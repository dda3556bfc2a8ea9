import type { DeploySpec } from "../option.js";

/** How many nodes there are, and how they are exchanged. */
export const scale = {
  replicas: {
    type: "integer",
    default: 3,
    min: 0,
    max: 1000,
    help: "Nodes that are kept running; with autoscaling those to start from on targets that have none.",
  },
  "autoscaling.max": {
    type: "integer",
    min: 1,
    max: 1000,
    help: "Most nodes when there is much to do; with it Kubernetes sets their number.",
  },
  "autoscaling.min": {
    type: "integer",
    default: ({ get }) => (get("autoscaling.max") === undefined ? undefined : get("replicas")),
    defaultText: "replicas, when there is a max",
    min: 1,
    max: 1000,
    help: "Fewest nodes when there is little to do.",
  },
  "autoscaling.cpu": {
    type: "integer",
    default: ({ get, isGiven }) =>
      get("autoscaling.max") === undefined || isGiven("autoscaling.backlog") ? undefined : 70,
    defaultText: "70, when there is a max and no backlog",
    unit: "% of the CPUs requested",
    min: 1,
    max: 1000,
    help: "Use of CPU that the number of nodes is set for.",
  },
  "autoscaling.backlog": {
    type: "integer",
    min: 1,
    max: 1_000_000,
    help: "Waiting runs a node that the number of nodes is set for. Needs the metric rojob_backlog_runs in the custom metrics of the cluster.",
  },
  "disruption.budget": {
    type: "boolean",
    default: true,
    help: "On Kubernetes, a PodDisruptionBudget keeps nodes when machines are emptied.",
  },
  "disruption.unavailable": {
    type: "integer",
    default: 1,
    min: 1,
    max: 1000,
    help: "Most nodes that may be away at a time because machines are emptied.",
  },
  "update.strategy": {
    type: "choice",
    choices: ["rolling", "recreate"],
    default: ({ get }) =>
      get("storage.kind") === "volume" && get("storage.shared") === true && get("storage.access") === "readwriteonce"
        ? "recreate"
        : "rolling",
    defaultText: "rolling, or recreate for a volume that only one machine can have",
    help: "How nodes are exchanged: one after the other, or all stopped before new ones start.",
  },
  "update.surge": {
    type: "integer",
    default: 1,
    min: 0,
    max: 1000,
    help: "Nodes above replicas that may run during a rolling update.",
  },
  "update.unavailable": {
    type: "integer",
    default: 0,
    min: 0,
    max: 1000,
    help: "Nodes below replicas that a rolling update may go.",
  },
} as const satisfies Record<string, DeploySpec>;
