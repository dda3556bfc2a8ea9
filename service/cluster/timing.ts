/** The rhythm of a cluster, ms where not said otherwise. All of it follows from NODETIMEOUT. */
export interface Timing {
  /** From one round of heartbeats to the next, on average. */
  intervalMs: number;
  /** Peers told in a round: the cost of a node does not grow with the cluster. */
  fanOut: number;
  /** Most nodes a heartbeat speaks of. */
  entries: number;
  /** Shortest time between rounds when there is news to spread. */
  eagerMs: number;
  /** Longest wait for the answer to a heartbeat. */
  answerMs: number;
  /** NODETIMEOUT: silence after which a suspect is dead. */
  deadMs: number;
  /** Longest pause between two tries to reach a node that is dead, or that was never met. */
  longestPauseMs: number;
  /** How long a dead node is remembered. */
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
