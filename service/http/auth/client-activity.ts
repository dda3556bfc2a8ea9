/** When clients last asked for anything other than the health of the node. */
export class ClientActivity {
  private lastAt = Number.NEGATIVE_INFINITY;

  /** A request of a client has come. @param at ms of `performance.now()` */
  note(at: number): void {
    this.lastAt = at;
  }

  /** Has one come within that time? */
  wasWithin(ms: number): boolean {
    return performance.now() - this.lastAt < ms;
  }
}
