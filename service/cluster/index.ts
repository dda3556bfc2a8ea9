// The other nodes of the cluster: discovery (sources), membership, requests to peers (offers, forwarded runs), and
// requests of peers to this node (incoming runs). A wrong belief about a peer costs one attempt, never a lost or
// doubled run.

export type { Cluster, ClusterNode, NodeLoad, Peer } from "../model/cluster.js";
export { createCluster, type NodeCluster } from "./cluster.js";
