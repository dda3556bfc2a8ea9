import type { HandOver, QueuedRun } from "../../model/record.js";

/** The nodes that may take runs from a spool. */
export interface SpoolPeers {
  /** Those that could take what waits here, `host:port`; none when a node that shares the work folder takes it over anyway. */
  takers(): Promise<string[]>;
  /**
   * Gives a run to a node.
   * @returns `taken`: it is on its disk; `refused`: it never will be; `unsure`: to be asked with {@link ask}
   */
  give(run: QueuedRun, handOver: HandOver, timeoutMs: number): Promise<"taken" | "refused" | "unsure">;
  /** Has it been taken? After `never` it will not be, whatever is still on its way. */
  ask(uuid: string, handOver: HandOver): Promise<"taken" | "never" | "unsure">;
}
