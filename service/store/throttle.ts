/** Most part of the time that refreshes take: a folder of 20,000 runs takes some 20 ms. */
const SHARE = 1 / 10;
/** Longest pause between refreshes, ms: on a busy machine one may take seconds. */
const LONGEST_PAUSE_MS = 2000;

/** Refreshes the changes of other nodes: one refresh for all callers during it, and none for a while after it. */
export class Throttle {
  private refreshing: Promise<void> | undefined;
  private notBefore = 0;

  constructor(private readonly refresh: () => Promise<void>) {}

  /** Refreshes, unless that was done a moment ago. */
  now(): Promise<void> {
    if (this.refreshing !== undefined) return this.refreshing;
    const begin = performance.now();
    if (begin < this.notBefore) return Promise.resolve();
    this.refreshing = this.refresh().finally(() => {
      this.refreshing = undefined;
      const end = performance.now();
      this.notBefore = end + Math.min(LONGEST_PAUSE_MS, (end - begin) / SHARE);
    });
    return this.refreshing;
  }
}
