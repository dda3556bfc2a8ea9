interface Watched {
  beat: string;
  /** For how long it has not changed, ms. */
  stillMs: number;
  lookedAt: number;
}

/**
 * Watches whether others renew their leases. Only that a lease has changed counts, and only time that this process has spent
 * watching: no clocks are compared, and who was stopped itself takes nobody for dead when it goes on.
 */
export class LeaseWatch {
  private readonly watched = new Map<string, Watched>();

  /** @param leaseMs an unchanged lease is over after so long, ms */
  constructor(private readonly leaseMs: number) {}

  /**
   * Looks at a lease.
   * @param beat changes with each renewal
   * @returns whether it has not been renewed for so long that it is over
   */
  isOver(name: string, beat: string): boolean {
    const now = performance.now();
    const known = this.watched.get(name);
    if (known?.beat !== beat) {
      this.watched.set(name, { beat, stillMs: 0, lookedAt: now });
      return false;
    }
    // However long ago the last look was, it counts for no more than half.
    known.stillMs += Math.min(now - known.lookedAt, this.leaseMs / 2);
    known.lookedAt = now;
    return known.stillMs >= this.leaseMs;
  }

  /** Forgets all but these. */
  keep(names: readonly string[]): void {
    for (const name of this.watched.keys()) if (!names.includes(name)) this.watched.delete(name);
  }
}
