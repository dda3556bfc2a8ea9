import { type NodeProcess, nodeProcesses, readSupervisor, type SupervisorState } from "../supervisor/index.js";
import type { FlagSpecs, ReadFlags } from "./flags.js";
import { readFlags } from "./flags.js";
import { findLocalNode, type LocalNode } from "./local-node.js";

/** Processes of a work folder on this machine. */
export interface WorkNodes {
  /** The supervisor of the nodes; undefined when there is none. */
  supervisor?: SupervisorState;
  /** Nodes without a supervisor. */
  unsupervised: NodeProcess[];
  /** Nodes of the folder on other machines. */
  remote: NodeProcess[];
}

/** The processes of the work folder that run now. */
export function findWorkNodes(workFolder: string): WorkNodes {
  const supervisor = readSupervisor(workFolder);
  const supervised = new Set(supervisor?.nodes.map(({ pid }) => pid));
  const processes = nodeProcesses(workFolder).filter(({ pid, isHere }) => !isHere || !supervised.has(pid));
  return {
    supervisor,
    unsupervised: processes.filter(({ isHere }) => isHere),
    remote: processes.filter(({ isHere }) => !isHere),
  };
}

/**
 * Reads flags and the work folder, which has the form of a node's option: `WORK=folder`.
 * @throws UsageError, ConfigError
 */
export function readWorkFlags<Flags extends FlagSpecs>(
  argv: readonly string[],
  specs: Flags,
): { flags: ReadFlags<Flags>; here: LocalNode } {
  const flags = readFlags(argv, specs);
  return { flags, here: findLocalNode(flags.words) };
}
