import type { SharedKeys } from "../queue/broker/index.js";
import type { Version, VersionStore } from "../store/versions.js";

export interface BrokerVersionsOptions {
  /** Prefix of its keys in the broker. */
  group: string;
  /** Time to live of a text since its last write, ms; 0: no limit. */
  keptMs: number;
  /** Time since its last write after which a version counts as very old, ms; undefined: all count as new. */
  freshMs?: number;
}

/**
 * Small texts by name in the broker that several nodes change by compare and swap. Clocks of nodes differ, so the time
 * of a write is only known as just now or long ago: by a second key that the broker removes after its time.
 */
export class BrokerVersions implements VersionStore {
  constructor(
    private readonly sharedKeys: SharedKeys,
    private readonly options: BrokerVersionsOptions,
  ) {}

  async newest(name: string): Promise<Version | undefined> {
    const text = await this.sharedKeys.get(this.name(name));
    if (text === undefined) return undefined;
    const { number, text: content } = JSON.parse(text) as Pick<Version, "number" | "text">;
    const { freshMs } = this.options;
    const isFresh = freshMs === undefined || (await this.sharedKeys.get(this.fresh(name, number))) !== undefined;
    return { number, text: content, writtenAt: isFresh ? Date.now() : 0 };
  }

  async add(name: string, number: number, text: string): Promise<boolean> {
    const seen = await this.sharedKeys.get(this.name(name));
    if (seen !== undefined && (JSON.parse(seen) as Version).number !== number - 1) return false;
    // Marked as new before it exists: no node may find it and take it for an old one.
    await this.touch(name, number);
    return this.sharedKeys.swap(this.name(name), seen, JSON.stringify({ number, text }), this.options.keptMs);
  }

  async rewrite(name: string, number: number, text: string): Promise<boolean> {
    const seen = await this.sharedKeys.get(this.name(name));
    if (seen === undefined || (JSON.parse(seen) as Version).number !== number) return false;
    await this.touch(name, number);
    return this.sharedKeys.swap(this.name(name), seen, JSON.stringify({ number, text }), this.options.keptMs);
  }

  async now(): Promise<number> {
    return Date.now();
  }

  /** The broker removes them. */
  async clean(): Promise<number> {
    return 0;
  }

  private async touch(name: string, number: number): Promise<void> {
    const { freshMs } = this.options;
    if (freshMs !== undefined) await this.sharedKeys.put(this.fresh(name, number), "", freshMs);
  }

  private name(name: string): string {
    return `${this.options.group}/${name}`;
  }

  private fresh(name: string, number: number): string {
    return `${this.options.group}-fresh/${name}/${number}`;
  }
}
