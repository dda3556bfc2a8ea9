/**
 * Small texts by key in the broker, visible to all nodes at once: shared state beside the runs (idempotency keys,
 * unique names, ticks of schedules, callbacks). Each operation is atomic.
 *
 * Every method rejects with a ServiceError `queue_unavailable` when the broker cannot be reached.
 */
export interface SharedKeys {
  get(name: string): Promise<string | undefined>;
  /**
   * Writes it unconditionally.
   * @param keptMs time to live; 0: until it is removed
   */
  put(name: string, text: string, keptMs: number): Promise<void>;
  /**
   * Writes it unless it was changed since it was read.
   * @param seen the text that was read; undefined: there must be none
   */
  swap(name: string, seen: string | undefined, text: string, keptMs: number): Promise<boolean>;
  remove(name: string): Promise<void>;
  /** Keys with this prefix that have no time to live. */
  names(prefix: string): Promise<string[]>;
}
