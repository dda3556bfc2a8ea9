import type { Lane } from "../model/run.js";

/** What the ladder has to know of the node. */
export interface NodeState {
  /** Workers that could take a run now. */
  free: number;
  /** Extra workers started because the node was busy. */
  forks: number;
  /** Runs that wait for a worker. */
  waiting: number;
  draining: boolean;
  /** Peers that seem to have a free worker. */
  peers: number;
  /** Nodes of FALLBACKS worth asking. */
  fallbacks: number;
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
export type Attempt =
  | { kind: "local" }
  | { kind: "peer" }
  | { kind: "fallback" }
  | { kind: "fork" }
  | { kind: "lane" }
  | { kind: "backlog"; timeoutMs: number };

/**
 * The rungs a run is offered to, in order; none left means it is refused.
 *
 * A run that waits already goes first: a newcomer must not overtake the backlog, unless it has a lane of its own. Runs with
 * a lane are about this node, or waited for by one of its runs: they stay here.
 */
export function plan(policy: Policy, state: NodeState, lane?: Lane): Attempt[] {
  if (state.draining) return [];
  if (lane !== undefined) return [{ kind: "local" }, { kind: "lane" }];
  const attempts: Attempt[] = [];
  if (state.free > 0 && state.waiting === 0) attempts.push({ kind: "local" });
  if (state.peers > 0 && state.waiting === 0) attempts.push({ kind: "peer" });
  if (state.fallbacks > 0 && state.waiting === 0) attempts.push({ kind: "fallback" });
  if (policy.FORK && state.forks < policy.MAXFORKS) attempts.push({ kind: "fork" });
  if (state.waiting < policy.BACKLOG) attempts.push({ kind: "backlog", timeoutMs: policy.BACKLOGTIMEOUT });
  return attempts;
}

/**
 * Most extra workers there may be for now. A run that waits for a run it has started gives its worker back, so to say:
 * another takes the place. Management jobs that wait get one on top.
 * @param blocked runs that wait for runs they have started
 * @param management management jobs that wait for a worker
 */
export function mostForks({ FORK, MAXFORKS }: Policy, blocked: number, management: number): number {
  return (FORK ? MAXFORKS : 0) + blocked + Math.min(1, management);
}
