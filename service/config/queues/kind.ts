/** Memory of a deployed queue. */
export const QUEUE_MEMORY_MB = 512;

/** A kind of broker that can be the queue of all nodes; its adapter is in the room `queue`. */
export interface QueueKind {
  /** Its name in QUEUECH. */
  type: string;
  /** Its name in texts. */
  title: string;
  /** Its versions, in words. */
  versions: string;
  /** Default port. */
  port: number;
  /** Parts of QUEUECH for this kind only. */
  parts: readonly string[];
  /** Image of a deployed queue; an existing version, to be raised on purpose. */
  image: string;
  /**
   * The program of a deployed queue. Accepted runs are on its disk: nodes acknowledge runs by it.
   * @param host its name for the nodes
   */
  program(queue: { port: number; sizeBytes: number }, host: string): QueueProgram;
}

/** Command of a queue that is deployed beside the nodes. */
export interface QueueProgram {
  /** User and group of its image, which own its data folder there. */
  user: number;
  group: number;
  /** Docker makes the volume of its data for root, not for that user. */
  isVolumeOfRoot: boolean;
  command: string[];
  /** Exits with 0 when it answers. */
  health: string[];
  /** Its data folder. */
  data: string;
}

/** `--name value` for each. */
export function programFlags(values: Record<string, string | number>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);
}
