interface Watched {
  beat: string;
  /** Time for which it has not changed, ms. */
  stillMs: number;
  lookedAt: number;
}

/**
 * Watches whether other nodes renew their leases. Counts only the time that this process has spent watching an
 * unchanged lease: no clocks are compared, and a process that was suspended itself takes no node for dead when it goes
 * on.
 */
export class LeaseWatch {
  private readonly watched = new Map<string, Watched>();

  /** @param leaseMs time after which an unchanged lease is over, ms */
  constructor(private readonly leaseMs: number) {}

  /**
   * Checks a lease.
   * @param beat value that changes with each renewal
   * @returns was it not renewed for so long that it is over?
   */
  isOver(name: string, beat: string): boolean {
    const now = performance.now();
    const known = this.watched.get(name);
    if (known?.beat !== beat) {
      this.watched.set(name, { beat, stillMs: 0, lookedAt: now });
      return false;
    }
    // The time since the last check counts for no more than half, however long it was.
    known.stillMs += Math.min(now - known.lookedAt, this.leaseMs / 2);
    known.lookedAt = now;
    return known.stillMs >= this.leaseMs;
  }

  /** Forgets all others. */
  keep(names: readonly string[]): void {
    for (const name of this.watched.keys()) if (!names.includes(name)) this.watched.delete(name);
  }
}
