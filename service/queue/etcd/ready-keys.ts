import type { Namespace } from "etcd3";

const READY = "q/ready/";

/**
 * Sorted keys of the ready runs, kept up to date by the watch, so that nobody has to ask etcd for the first one. A key
 * too many costs one failed claim; a missing key is about to come.
 */
export class ReadyKeys {
  private keys: string[] = [];
  private isLoaded = false;

  constructor(private readonly etcd: Namespace) {}

  /** A copy, in order. */
  async all(): Promise<string[]> {
    if (!this.isLoaded) {
      // Before the request: a message during it counts.
      this.isLoaded = true;
      const known = this.keys;
      try {
        this.keys = [...new Set([...(await this.etcd.getAll().prefix(READY).keys()), ...known])].sort();
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

  /** Forgets all keys: a message may have been missed. */
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
