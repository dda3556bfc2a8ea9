/** Numbers that a seed decides: what was found once is looked at again with the same ones. */
export class Chance {
  constructor(private seed: number) {}

  /** From 0 up to, and without, 1. */
  next(): number {
    // Mulberry32: short, and its low bits are as good as its high ones.
    this.seed = (this.seed + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.seed ^ (this.seed >>> 15), this.seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  of<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)]!;
  }
}
