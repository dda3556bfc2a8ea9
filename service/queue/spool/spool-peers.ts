import type { HandOver, QueuedRun } from "../../model/record.js";

/** Nodes that may take runs from a spool. */
export interface SpoolPeers {
  /**
   * Nodes that could take waiting runs, `host:port`; none when a node of the same work folder will take them over
   * anyway.
   */
  takers(): Promise<string[]>;
  /**
   * Sends a run to a node.
   * @returns `taken`: the node has it on its disk; `refused`: the node never takes it; `unsure`: to be asked with
   * {@link ask}
   */
  give(run: QueuedRun, handOver: HandOver, timeoutMs: number): Promise<"taken" | "refused" | "unsure">;
  /** Has the node taken the run? After `never` it will refuse the run, whenever that arrives. */
  ask(uuid: string, handOver: HandOver): Promise<"taken" | "never" | "unsure">;
}
