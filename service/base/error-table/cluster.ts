import type { ErrorEntry } from "./entry.js";

/** What nodes say to each other, and of each other. */
export const cluster = {
  other_cluster: {
    status: 409,
    title: "Another cluster",
    message: "Node {node} is of cluster '{theirs}', this node of '{ours}': nodes of one cluster need the same CNAME",
    keep: "result",
  },
  identity_taken: {
    status: 409,
    title: "Identity taken",
    message: "{node} is another node already: each needs a HOST and PORT of its own by which the others reach it",
    keep: "result",
  },
  loopback_peer: {
    status: 409,
    title: "Node cannot be reached by others",
    message:
      "Node {node} asks from {from} and calls itself by a loopback address: give it a HOST that others reach it by",
    keep: "result",
  },
  peer_unsigned: {
    status: 401,
    title: "Only for nodes",
    message: "{method} {path} is what nodes of a cluster ask each other, signed with the key of the cluster",
    keep: "result",
  },
  peer_not_understood: {
    status: 400,
    title: "Message of a node not understood",
    message: "What node {node} sent is not what this version expects: {what}",
    keep: "result",
  },
  peer_refused: {
    status: 502,
    title: "Node refused",
    message: "Node {node} does not join: {reason}",
    keep: "error",
  },
  peer_unreachable: {
    status: 502,
    title: "Node does not answer",
    message: "Node {node} cannot be asked: {reason}",
    keep: "error",
  },
  offer_returned: {
    status: 409,
    title: "Run came back",
    message: "Node {node} offers a run to itself",
    keep: "result",
  },
  offer_void: {
    status: 409,
    title: "Offer void",
    message: "Run {uuid} is executed here already, or its offer was withdrawn",
    keep: "result",
  },
} as const satisfies Record<string, ErrorEntry>;
