import type { DeploySpec } from "../deploy-spec.js";

/** Number of nodes, and updates. */
export const scale = {
  replicas: {
    type: "integer",
    default: 3,
    min: 0,
    max: 1000,
    help: "Number of nodes; with autoscaling, the initial number on targets without autoscaling.",
  },
  "autoscaling.max": {
    type: "integer",
    min: 1,
    max: 1000,
    help: "Maximum number of nodes under load; with it Kubernetes scales the nodes.",
  },
  "autoscaling.min": {
    type: "integer",
    default: ({ get }) => (get("autoscaling.max") === undefined ? undefined : get("replicas")),
    defaultText: "replicas, with max",
    min: 1,
    max: 1000,
    help: "Minimum number of nodes when idle.",
  },
  "autoscaling.cpu": {
    type: "integer",
    default: ({ get, isGiven }) =>
      get("autoscaling.max") === undefined || isGiven("autoscaling.backlog") ? undefined : 70,
    defaultText: "70, with max and without backlog",
    unit: "% of the requested CPUs",
    min: 1,
    max: 1000,
    help: "Target CPU usage for autoscaling.",
  },
  "autoscaling.backlog": {
    type: "integer",
    min: 1,
    max: 1_000_000,
    help: "Target number of waiting runs per node for autoscaling. Needs the metric rojob_backlog_runs in the custom metrics of the cluster.",
  },
  "disruption.budget": {
    type: "boolean",
    default: true,
    help: "On Kubernetes, a PodDisruptionBudget keeps nodes running while machines are drained.",
  },
  "disruption.unavailable": {
    type: "integer",
    default: 1,
    min: 1,
    max: 1000,
    help: "Maximum number of nodes unavailable at a time while machines are drained.",
  },
  "update.strategy": {
    type: "choice",
    choices: ["rolling", "recreate"],
    default: ({ get }) =>
      get("storage.kind") === "volume" && get("storage.shared") === true && get("storage.access") === "readwriteonce"
        ? "recreate"
        : "rolling",
    defaultText: "rolling, or recreate for a volume that only one machine can mount",
    help: "How nodes are replaced: one after the other, or all stopped before new ones start.",
  },
  "update.surge": {
    type: "integer",
    default: 1,
    min: 0,
    max: 1000,
    help: "Maximum number of nodes above replicas during a rolling update.",
  },
  "update.unavailable": {
    type: "integer",
    default: 0,
    min: 0,
    max: 1000,
    help: "Maximum number of nodes below replicas during a rolling update.",
  },
} as const satisfies Record<string, DeploySpec>;
