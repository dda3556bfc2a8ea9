import type { OptionSpec } from "../option.js";

/** The nodes around this one. */
export const cluster = {
  CNAME: {
    type: "text",
    group: "cluster",
    default: "rojob",
    pattern: { regex: "^[A-Za-z0-9._-]{1,128}$", words: "letters, digits, dots, dashes and underscores" },
    help: "Name of the cluster; nodes with another name are strangers.",
  },
  CDISC: {
    type: "text",
    group: "cluster",
    help: "host:port of a node to ask for the others.",
  },
  FALLBACKS: {
    type: "text",
    group: "cluster",
    help: "Nodes outside the cluster that may be asked when this one is busy: host:port, separated by commas.",
  },
  NODETIMEOUT: {
    type: "integer",
    group: "cluster",
    default: 30_000,
    unit: "ms",
    min: 100,
    max: 2_147_483_647,
    help: "Silence after which another node counts as dead.",
  },
  QUEUECH: {
    type: "text",
    group: "cluster",
    secret: true,
    help: "Queue for asynchronous runs, as key:value pairs separated by commas (type, host, port, …).",
  },
  CONTAINER: {
    type: "boolean",
    group: "cluster",
    default: false,
    help: "The node lives in a container: it listens on all interfaces and logs JSON unless told otherwise.",
  },
} as const satisfies Record<string, OptionSpec>;
