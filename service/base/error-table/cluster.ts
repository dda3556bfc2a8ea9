import type { ErrorEntry } from "./entry.js";

/** Errors between nodes. */
export const cluster = {
  other_cluster: {
    status: 409,
    title: "Another cluster",
    message:
      "Node {node} belongs to cluster '{theirs}', this node to '{ours}': nodes of one cluster need the same CNAME",
    keep: "result",
  },
  identity_taken: {
    status: 409,
    title: "Identity taken",
    message: "{node} is already another node: each node needs its own HOST and PORT, which the others can reach",
    keep: "result",
  },
  loopback_peer: {
    status: 409,
    title: "Node not reachable by others",
    message:
      "Node {node} sends requests from {from}, but its HOST is a loopback address: set a HOST that others can reach",
    keep: "result",
  },
  peer_unsigned: {
    status: 401,
    title: "Only for nodes",
    message: "{method} {path} is only for nodes of the cluster, signed with the key of the cluster",
    keep: "result",
  },
  peer_not_understood: {
    status: 400,
    title: "Invalid message of a node",
    message: "Node {node} sent a message that this version does not accept: {what}",
    keep: "result",
  },
  peer_refused: {
    status: 502,
    title: "Node rejected",
    message: "Node {node} cannot join: {reason}",
    keep: "error",
  },
  peer_unreachable: {
    status: 502,
    title: "Node does not answer",
    message: "Node {node} cannot be reached: {reason}",
    keep: "error",
  },
  offer_returned: {
    status: 409,
    title: "Run offered to its own node",
    message: "Node {node} offers a run to itself",
    keep: "result",
  },
  offer_void: {
    status: 409,
    title: "Offer no longer valid",
    message: "Run {uuid} is already being executed here, or its offer was withdrawn",
    keep: "result",
  },
} as const satisfies Record<string, ErrorEntry>;
