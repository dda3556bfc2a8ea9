import { descendantsOf, signalProcess } from "../process-table.js";

/**
 * Sends `signal` to a process and all its descendants: children that outlive a killed command would hold its output
 * open.
 */
export function killTree(pid: number, signal: NodeJS.Signals): void {
  for (const one of [pid, ...descendantsOf(pid)]) signalProcess(one, signal);
}
