/** The time of the last request of a client, except for the health of the node. */
export class ClientActivity {
  private lastAt = Number.NEGATIVE_INFINITY;

  /** Notes a request of a client. @param at ms of `performance.now()` */
  note(at: number): void {
    this.lastAt = at;
  }

  /** Has a client sent a request within that time? */
  wasWithin(ms: number): boolean {
    return performance.now() - this.lastAt < ms;
  }
}
