import type { Lane } from "../model/run.js";

/** State of the node, for the ladder. */
export interface NodeState {
  /** Workers that could accept a run now. */
  free: number;
  /** Number of forks. */
  forks: number;
  /** Runs that wait for a worker. */
  waiting: number;
  draining: boolean;
  /** Peers that seem to have a free worker. */
  peers: number;
  /** Nodes of FALLBACKS worth asking. */
  fallbacks: number;
}

/** Options of the ladder. */
export interface Policy {
  FORK: boolean;
  MAXFORKS: number;
  /** Runs that may wait for a worker. */
  BACKLOG: number;
  /** Longest wait of a run, ms. */
  BACKLOGTIMEOUT: number;
}

/** One rung: tried in this order, until one succeeds. */
export type Attempt =
  | { kind: "local" }
  | { kind: "peer" }
  | { kind: "fallback" }
  | { kind: "fork" }
  | { kind: "lane" }
  | { kind: "backlog"; timeoutMs: number };

/**
 * The rungs for a run, in order; after the last one it is refused.
 *
 * If a run waits already that one goes first: a new run must not overtake the backlog, unless it has a lane of its own.
 * Runs with a lane stay here: they are about this node, or a run of this node waits for them.
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
 * Most forks for now. A run that waits for a run it has started does not use its worker, so a fork may take its place.
 * Waiting management jobs get one more.
 * @param blocked runs that wait for runs they have started
 * @param management management jobs that wait for a worker
 */
export function mostForks({ FORK, MAXFORKS }: Policy, blocked: number, management: number): number {
  return (FORK ? MAXFORKS : 0) + blocked + Math.min(1, management);
}
