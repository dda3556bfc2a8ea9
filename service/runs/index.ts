/**
 * The runs of a node, from acceptance to the end and the records of it: synchronous runs go straight to the dispatcher,
 * asynchronous ones wait in a queue (`service/queue`) for a worker. See `runs.ts` for the operations.
 */
import { NodeRuns, type RunsOptions } from "./node-runs.js";

export type { Runs, WantedRun } from "../model/runs.js";
export type { RunsOptions } from "./node-runs.js";
export { NodeRuns } from "./node-runs.js";

/** The runs of a node. Nothing is started or recovered before `start`. */
export function createRuns(options: RunsOptions): NodeRuns {
  return new NodeRuns(options);
}
