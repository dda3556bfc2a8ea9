import type { Namespace } from "etcd3";

const READY = "q/ready/";

/**
 * The keys of the runs in line, in their order, as the watch tells of them: nobody has to ask etcd who is first. What it has
 * too much costs one question that finds out; what it lacks is about to be told.
 */
export class Line {
  private keys: string[] = [];
  private isLoaded = false;

  constructor(private readonly etcd: Namespace) {}

  /** A copy, the first in line first. */
  async all(): Promise<string[]> {
    if (!this.isLoaded) {
      // Before the question: what is told while it is under way counts.
      this.isLoaded = true;
      const told = this.keys;
      try {
        this.keys = [...new Set([...(await this.etcd.getAll().prefix(READY).keys()), ...told])].sort();
      } catch (error) {
        this.isLoaded = false;
        throw error;
      }
    }
    return this.keys.slice();
  }

  add(key: string): void {
    const at = this.placeOf(key);
    if (this.keys[at] !== key) this.keys.splice(at, 0, key);
  }

  remove(key: string): void {
    const at = this.placeOf(key);
    if (this.keys[at] === key) this.keys.splice(at, 1);
  }

  /** Something may not have been told. */
  forget(): void {
    this.keys = [];
    this.isLoaded = false;
  }

  private placeOf(key: string): number {
    let [low, high] = [0, this.keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
