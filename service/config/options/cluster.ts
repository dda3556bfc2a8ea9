import { joinWords } from "../../base/join-words.js";
import { sourceForms, sourceHelp, sourceRegex } from "../discovery/index.js";
import { listPattern, nodeRegex, type OptionSpec } from "../option-spec.js";
import { queueExample, queueTypes } from "../queues/index.js";

const otherQueues = queueTypes.filter((type) => !queueExample.startsWith(`type:${type},`));
const queueExamples = joinWords([queueExample, ...otherQueues.map((type) => `type:${type},…`)], "or");

/** The cluster. */
export const cluster = {
  CNAME: {
    type: "text",
    group: "cluster",
    default: "rojob",
    pattern: { regex: "^[A-Za-z0-9._-]{1,128}$", words: "letters, digits, dots, dashes and underscores" },
    help: "Name of the cluster; nodes with another name are not part of it.",
  },
  CDISC: {
    type: "text",
    group: "cluster",
    pattern: listPattern(sourceRegex, `${sourceForms}, separated by commas`),
    help: `Where to discover other nodes, besides the WORK folder: ${sourceHelp}, separated by commas.`,
  },
  FALLBACKS: {
    type: "text",
    group: "cluster",
    pattern: listPattern(nodeRegex, "host:port, separated by commas"),
    help: "Nodes of other clusters, with the same CLUSTERKEY or APIKEY, to try in this order when the whole cluster is busy: host:port, separated by commas.",
  },
  NODETIMEOUT: {
    type: "integer",
    group: "cluster",
    default: 30_000,
    unit: "ms",
    min: 100,
    max: 2_147_483_647,
    help: "Time without a heartbeat after which another node counts as dead.",
  },
  QUEUECH: {
    type: "text",
    group: "cluster",
    secret: true,
    help: `Shared queue of all nodes for asynchronous runs, such as ${queueExamples}: see docs/queues.md.`,
  },
  CONTAINER: {
    type: "boolean",
    group: "cluster",
    default: false,
    help: "The node runs in a container: by default it listens on all interfaces and logs JSON.",
  },
} as const satisfies Record<string, OptionSpec>;
