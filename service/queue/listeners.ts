import type { QueueEvent } from "../model/queue.js";

/** Listeners of changes in a queue. */
export class Listeners {
  private readonly all = new Set<(event: QueueEvent) => void>();

  /** @returns removes the listener */
  add(listener: (event: QueueEvent) => void): () => void {
    this.all.add(listener);
    return () => void this.all.delete(listener);
  }

  /** Calls every listener; a listener may remove itself, or others, meanwhile. */
  emit(event: QueueEvent): void {
    for (const listener of [...this.all]) listener(event);
  }
}
