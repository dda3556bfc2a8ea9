import { descendantsOf, signalProcess } from "../process-table.js";

/**
 * Sends `signal` to a process and everything it started: a command that is killed must not leave its own children behind,
 * which would hold its output open.
 */
export function killTree(pid: number, signal: NodeJS.Signals): void {
  for (const one of [pid, ...descendantsOf(pid)]) signalProcess(one, signal);
}
