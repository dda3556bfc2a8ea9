import type { Config } from "../../schema.js";
import type { DeployFacts, DeploySpec } from "../deploy-spec.js";
import { cpuPattern } from "../patterns.js";

const MB = 1024 * 1024;

/** Idle, a node and each of its workers were measured at 44 MB; the rest is for requests and results. */
const NODE_BYTES = 128 * MB;
const WORKER_BYTES = 64 * MB;

/** Resources of each node. */
export const resources = {
  "resources.requests.cpu": {
    type: "text",
    default: "250m",
    pattern: cpuPattern,
    help: "Requested CPUs per node.",
  },
  "resources.requests.memory": {
    type: "bytes",
    default: ({ config }) => NODE_BYTES + config.WORKERS * WORKER_BYTES,
    defaultText: "128MB and 64MB for each of WORKERS",
    min: 64 * MB,
    help: "Requested memory per node.",
  },
  "resources.limits.cpu": {
    type: "text",
    default: "2",
    pattern: cpuPattern,
    help: "CPU limit of a node, and the default of WORKERS.",
  },
  "resources.limits.memory": {
    type: "bytes",
    default: ({ config, get, isGiven }) => mostMemory(config, hasQueue(config, get, isGiven)),
    defaultText: "maximum of the node with WORKERS and MAXFORKS workers of JOBMEMORY each",
    min: 64 * MB,
    help: "Memory limit of a node with its workers.",
  },
} as const satisfies Record<string, DeploySpec>;

/** Do the nodes share a queue? Then they start no forks. */
export function hasQueue(config: Config, get: DeployFacts["get"], isGiven: DeployFacts["isGiven"]): boolean {
  const isSecret = ["name", "file"].some((source) => isGiven(`secrets.QUEUECH.${source}`));
  return config.QUEUECH !== undefined || get("queue.kind") !== "none" || isSecret;
}

/** Most memory of a node with all its workers, each with a full heap. */
export function mostMemory(config: Config, hasSharedQueue: boolean): number {
  const workers = config.WORKERS + (config.FORK && !hasSharedQueue ? config.MAXFORKS : 0);
  return NODE_BYTES + workers * (config.JOBMEMORY * MB + WORKER_BYTES);
}
