import { joinWords } from "../../../base/join-words.js";
import { allQueueKinds, queueKinds, queueNames } from "../../queues/index.js";
import type { DeploySpec } from "../deploy-spec.js";
import { dnsName, taggedImagePattern } from "../patterns.js";

const MB = 1024 * 1024;

const kindOf = (name: unknown) => {
  const known = queueNames.find((one) => one === name);
  return known === undefined ? undefined : queueKinds[known];
};

const [titles, images] = [allQueueKinds.map(({ title }) => title), allQueueKinds.map(({ image }) => image)];

/** Services beside the nodes. */
export const beside = {
  "queue.kind": {
    type: "choice",
    choices: ["none", ...queueNames],
    default: "none",
    help: `Queue of asynchronous runs: the work folder of each node, or a shared ${joinWords(titles, "or")}.`,
  },
  "queue.host": {
    type: "text",
    pattern: dnsName,
    help: "Host of an existing queue; without it a queue is deployed with the nodes.",
  },
  "queue.port": {
    type: "integer",
    default: ({ get }) => kindOf(get("queue.kind"))?.port,
    defaultText: queueNames.map((name) => `${queueKinds[name].port} for ${name}`).join(", "),
    min: 1,
    max: 65535,
    help: "Port of the queue.",
  },
  "queue.image": {
    type: "text",
    default: ({ get }) => (get("queue.host") === undefined ? kindOf(get("queue.kind"))?.image : undefined),
    defaultText: joinWords(images, "or"),
    pattern: taggedImagePattern,
    help: "Image of the deployed queue.",
  },
  "queue.size": {
    type: "bytes",
    default: 1024 * MB,
    min: MB,
    help: "Volume size of the deployed queue. Only Kubernetes enforces it.",
  },
  "browser.enabled": {
    type: "boolean",
    default: false,
    help: "Deploy a web page that shows the files of the work folder for download. Needs storage that nodes share.",
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
    help: "On Kubernetes, create a ServiceMonitor for the Prometheus operator, which must be installed.",
  },
  "monitoring.interval": {
    type: "integer",
    default: 30,
    unit: "s",
    min: 1,
    max: 86_400,
    help: "Scrape interval of the metrics.",
  },
  "network.policy": {
    type: "boolean",
    default: true,
    help: "On Kubernetes, create NetworkPolicies that restrict traffic.",
  },
  "network.egress": {
    type: "choice",
    choices: ["open", "closed"],
    default: "open",
    help: "What jobs may reach: everything except the metadata address of clouds (credentials), or only nodes, queue and DNS.",
  },
} as const satisfies Record<string, DeploySpec>;
