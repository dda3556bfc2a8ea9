import type { NodeAccess } from "../../base/host.js";
import { askNode } from "./node-api.js";

/** A node of the cluster. `runs` are the uuids of what it executes now. */
export interface KnownNode {
  host: string;
  port: number;
  isSelf: boolean;
  state: string;
  runs: string[];
}

/** `ROJOB.cluster`: the nodes this run's node knows. */
export class Cluster {
  readonly #node: NodeAccess | undefined;

  constructor(node: NodeAccess | undefined) {
    this.#node = node;
  }

  /** All nodes, this one among them. */
  nodes(): KnownNode[] {
    return nodesOf(askNode(this.#node, "GET", "/v1/nodes"));
  }

  /** Makes a node known, as the original's `verify` did. */
  verify({ host, port }: { host: string; port: number | string }): KnownNode[] {
    return this.add(host, port);
  }

  /**
   * Makes a node known.
   * @returns the nodes that are known then
   * @throws RoJobError when it does not answer or is of another cluster
   */
  add(host: string, port: number | string): KnownNode[] {
    return nodesOf(askNode(this.#node, "POST", "/v1/nodes", { host: String(host), port: Number(port) }));
  }
}

function nodesOf(body: any): KnownNode[] {
  return (body.nodes ?? body) as KnownNode[];
}
