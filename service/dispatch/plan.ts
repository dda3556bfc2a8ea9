/** What the ladder has to know of the node. */
export interface NodeState {
  /** Workers that could take a run now. */
  free: number;
  /** Extra workers started because the node was busy. */
  forks: number;
  /** Runs that wait for a worker. */
  waiting: number;
  draining: boolean;
}

/** The options that shape the ladder. */
export interface Policy {
  FORK: boolean;
  MAXFORKS: number;
  /** Runs that may wait for a worker. */
  BACKLOG: number;
  /** ms a run may wait. */
  BACKLOGTIMEOUT: number;
}

/** One rung: what to try, in this order, until one takes the run. */
export type Attempt = { kind: "local" } | { kind: "fork" } | { kind: "backlog"; timeoutMs: number };

/**
 * The rungs a run is offered to, in order; none left means it is refused.
 *
 * A run that waits already goes first: a newcomer must not overtake the backlog.
 */
export function plan(policy: Policy, state: NodeState): Attempt[] {
  if (state.draining) return [];
  const attempts: Attempt[] = [];
  if (state.free > 0 && state.waiting === 0) attempts.push({ kind: "local" });
  if (policy.FORK && state.forks < policy.MAXFORKS) attempts.push({ kind: "fork" });
  if (state.waiting < policy.BACKLOG) attempts.push({ kind: "backlog", timeoutMs: policy.BACKLOGTIMEOUT });
  return attempts;
}
