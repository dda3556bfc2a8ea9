/** Looking is held back to so small a part of the time: a folder of 20,000 runs takes some 20 ms. */
const SHARE = 1 / 10;
/** Longest time for which looking is held back, ms: on a busy machine a look may take seconds. */
const LONGEST_PAUSE_MS = 2000;

/** A look at what others have changed: one for all who ask while it goes on, and none for a while after it. */
export class HeldBack {
  private looking: Promise<void> | undefined;
  private notBefore = 0;

  constructor(private readonly look: () => Promise<void>) {}

  /** Looks, unless that was done a moment ago. */
  now(): Promise<void> {
    if (this.looking !== undefined) return this.looking;
    const begin = performance.now();
    if (begin < this.notBefore) return Promise.resolve();
    this.looking = this.look().finally(() => {
      this.looking = undefined;
      const end = performance.now();
      this.notBefore = end + Math.min(LONGEST_PAUSE_MS, (end - begin) / SHARE);
    });
    return this.looking;
  }
}
