/** Intervals and limits of a cluster, ms unless noted. All of them follow from NODETIMEOUT. */
export interface Timing {
  /** Mean time between rounds of heartbeats. */
  intervalMs: number;
  /** Peers that get a heartbeat in a round: the cost of a node does not grow with the cluster. */
  fanOut: number;
  /** Most members in a heartbeat. */
  entries: number;
  /** Shortest time between rounds when there are changes to send. */
  eagerMs: number;
  /** Longest wait for the answer to a heartbeat. */
  answerMs: number;
  /** NODETIMEOUT: silence after which a suspect is dead. */
  deadMs: number;
  /** Longest pause between two attempts to reach a node that is dead, or has never answered. */
  longestPauseMs: number;
  /** Time after which a dead node is forgotten. */
  forgetMs: number;
}

/** @param nodeTimeoutMs NODETIMEOUT */
export function timingOf(nodeTimeoutMs: number): Timing {
  const intervalMs = Math.round(Math.min(1000, Math.max(20, nodeTimeoutMs / 10)));
  return {
    intervalMs,
    fanOut: 3,
    entries: 24,
    eagerMs: Math.min(50, intervalMs),
    answerMs: Math.round(Math.min(1000, Math.max(30, nodeTimeoutMs / 3))),
    deadMs: nodeTimeoutMs,
    longestPauseMs: Math.min(30_000, Math.max(1000, nodeTimeoutMs)),
    forgetMs: Math.max(600_000, nodeTimeoutMs * 10),
  };
}
