/**
 * Keeps the nodes of a work folder alive: `supervisor.ts` is the process that `rojob start --detach` leaves behind,
 * `node-child.ts` one node of it; `state.ts` and `pid-files.ts` show other processes what runs.
 */
export { type NodeProcess, nodeProcesses } from "./pid-files.js";
export { runSupervisor, type StartResult } from "./supervisor.js";
export { readSupervisor, type SupervisedNode, type SupervisorState } from "./supervisor-file.js";
