import type { DeploySpec } from "../option.js";
import { dnsName, taggedImagePattern } from "../patterns.js";

const MB = 1024 * 1024;

/** Image and port of each queue; versions that exist, to be raised on purpose. */
export const queueKinds = {
  redis: { image: "redis:7.4.2-alpine", port: 6379 },
  etcd: { image: "quay.io/coreos/etcd:v3.5.17", port: 2379 },
} as const;
export type QueueKind = keyof typeof queueKinds;

const kindOf = (kind: unknown) => (kind === "redis" || kind === "etcd" ? queueKinds[kind] : undefined);

/** What stands beside the nodes. */
export const beside = {
  "queue.kind": {
    type: "choice",
    choices: ["none", "redis", "etcd"],
    default: "none",
    help: "Where asynchronous runs wait: with each node, or in a Redis or etcd that all share.",
  },
  "queue.host": {
    type: "text",
    pattern: dnsName,
    help: "Host of a queue that is there already; without it one is deployed beside the nodes.",
  },
  "queue.port": {
    type: "integer",
    default: ({ get }) => kindOf(get("queue.kind"))?.port,
    defaultText: "6379 for redis, 2379 for etcd",
    min: 1,
    max: 65535,
    help: "Port of the queue.",
  },
  "queue.image": {
    type: "text",
    default: ({ get }) => (get("queue.host") === undefined ? kindOf(get("queue.kind"))?.image : undefined),
    defaultText: `${queueKinds.redis.image} or ${queueKinds.etcd.image}`,
    pattern: taggedImagePattern,
    help: "Image of the queue that is deployed.",
  },
  "queue.size": {
    type: "bytes",
    default: 1024 * MB,
    min: MB,
    help: "Size of the volume of the queue that is deployed. Only Kubernetes keeps to it.",
  },
  "browser.enabled": {
    type: "boolean",
    default: false,
    help: "A page beside the nodes shows the work folder, and its files can be fetched. Needs storage that nodes share.",
  },
  "browser.port": {
    type: "integer",
    default: 8788,
    min: 1024,
    max: 65535,
    help: "Port of that page.",
  },
  "monitoring.serviceMonitor": {
    type: "boolean",
    default: false,
    help: "On Kubernetes, a ServiceMonitor tells the Prometheus operator, which has to be installed, of the nodes.",
  },
  "monitoring.interval": {
    type: "integer",
    default: 30,
    unit: "s",
    min: 1,
    max: 86_400,
    help: "How often metrics are fetched.",
  },
  "network.policy": {
    type: "boolean",
    default: true,
    help: "On Kubernetes, NetworkPolicies say who may reach whom.",
  },
  "network.egress": {
    type: "choice",
    choices: ["open", "closed"],
    default: "open",
    help: "What jobs reach: all but the address clouds hand credentials out at, or only nodes, queue and DNS.",
  },
} as const satisfies Record<string, DeploySpec>;
