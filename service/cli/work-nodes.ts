import { type NodeProcess, nodeProcesses, readSupervisor, type SupervisorState } from "../supervisor/index.js";
import type { FlagSpecs, ReadFlags } from "./flags.js";
import { readFlags } from "./flags.js";
import { type FoundHere, findHere } from "./found-here.js";

/** Processes of a work folder on this machine. */
export interface WorkNodes {
  /** Looks after nodes; undefined when none does. */
  supervisor?: SupervisorState;
  /** Nodes that nobody looks after. */
  alone: NodeProcess[];
  /** Nodes of the folder on other machines. */
  elsewhere: NodeProcess[];
}

/** The processes that run now. */
export function findWorkNodes(workFolder: string): WorkNodes {
  const supervisor = readSupervisor(workFolder);
  const supervised = new Set(supervisor?.nodes.map(({ pid }) => pid));
  const processes = nodeProcesses(workFolder).filter(({ pid, isHere }) => !isHere || !supervised.has(pid));
  return {
    supervisor,
    alone: processes.filter(({ isHere }) => isHere),
    elsewhere: processes.filter(({ isHere }) => !isHere),
  };
}

/**
 * Reads flags and, in the form of a node's options, which work folder is meant: `WORK=folder`.
 * @throws UsageError, ConfigError
 */
export function readWorkFlags<Flags extends FlagSpecs>(
  argv: readonly string[],
  specs: Flags,
): { flags: ReadFlags<Flags>; here: FoundHere } {
  const flags = readFlags(argv, specs);
  return { flags, here: findHere(flags.words) };
}
