// The nodes around this one: who they are (sources, membership), how they are asked (peers, offers), and what they may
// ask of this node (guests). Being wrong about a peer costs one attempt, never a lost or doubled run.

export type { Cluster, ClusterNode, NodeLoad, Peer } from "../model/cluster.js";
export { createCluster, type NodeCluster } from "./cluster.js";
