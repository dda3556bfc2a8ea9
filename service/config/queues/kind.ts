/** Memory a queue that is deployed gets. */
export const QUEUE_MEMORY_MB = 512;

/** A kind of broker that can be the queue of all nodes; what it does is in the folder of its own in the queue's room. */
export interface QueueKind {
  /** What QUEUECH calls it. */
  type: string;
  /** What people call it. */
  title: string;
  /** Its versions, in words. */
  versions: string;
  /** Port it is reached at unless another is given. */
  port: number;
  /** Parts of QUEUECH that no other kind has. */
  parts: readonly string[];
  /** Image that is deployed beside the nodes; a version that exists, to be raised on purpose. */
  image: string;
  /**
   * How one that is deployed is started. What it has accepted is on its disk: nodes acknowledge runs by it.
   * @param host name the nodes reach it at
   */
  program(queue: { port: number; sizeBytes: number }, host: string): QueueProgram;
}

/** How a queue that is deployed beside the nodes is started. */
export interface QueueProgram {
  /** User and group of its image; who runs it owns the folder of its data there. */
  user: number;
  group: number;
  /** Docker makes the volume of its data for root, not for that user. */
  isVolumeOfRoot: boolean;
  command: string[];
  /** Exits with 0 when it answers. */
  health: string[];
  /** Folder of its data. */
  data: string;
}

/** `--name value` for each. */
export function programFlags(values: Record<string, string | number>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);
}
