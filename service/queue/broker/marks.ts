/**
 * Small texts by name in the broker, which all nodes see at once: what has to be known beside the runs (idempotency keys,
 * unique names, ticks of schedules, callbacks). Each call happens whole or not at all.
 *
 * Every method rejects with a ServiceError `queue_unavailable` when the broker cannot be reached.
 */
export interface Marks {
  get(name: string): Promise<string | undefined>;
  /**
   * Writes it, whatever is there.
   * @param keptMs gone after so long; 0: kept until it is removed
   */
  put(name: string, text: string, keptMs: number): Promise<void>;
  /**
   * Writes it if nobody has changed it since it was seen.
   * @param seen undefined: there must be none
   */
  swap(name: string, seen: string | undefined, text: string, keptMs: number): Promise<boolean>;
  remove(name: string): Promise<void>;
  /** Those with this beginning that are kept until they are removed. */
  names(prefix: string): Promise<string[]>;
}
