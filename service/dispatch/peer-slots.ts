import type { Slot } from "./dispatcher.js";

/** Environments of other nodes, for the ladder. */
export interface PeerSlots {
  /** Number of peers that seem to have a free environment. */
  readonly peers: number;
  /** Number of nodes of FALLBACKS worth asking. */
  readonly fallbacks: number;
  /** Asks peers for an environment; undefined when those asked have none. */
  reserve(): Promise<Slot | undefined>;
  /** Asks the fallbacks in their order. */
  reserveFallback(): Promise<Slot | undefined>;
  /** Calls `listener` whenever a peer may have become free. */
  onPeerFree(listener: () => void): void;
}
