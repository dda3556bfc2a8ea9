import { waitUntil } from "../../base/scheduler.js";
import { world } from "../../base/world.js";

/** `$bottleneck`: a function by name that only so many tasks may be in at once. */

class Bottleneck {
  private most = 2 * JSON.parse(world.host.process.machine()).cores;
  private waitMs = -1;
  private busy = 0;

  constructor(
    readonly name: string,
    private work: (...args: any[]) => unknown,
  ) {}

  /** Most calls at a time. */
  maxExec(count: number): this {
    this.most = count;
    return this;
  }

  /** After this many ms a call goes on in spite of the others. */
  maxWait(ms: number): this {
    this.waitMs = ms;
    return this;
  }

  use(work: unknown): void {
    if (typeof work === "function") this.work = work as typeof this.work;
  }

  exec(...args: unknown[]): unknown {
    const limitMs = this.waitMs > 0 ? this.waitMs : undefined;
    waitUntil(() => this.busy < this.most, limitMs, `a free place in bottleneck "${this.name}"`);
    this.busy++;
    try {
      return this.work(...args);
    } finally {
      this.busy--;
    }
  }

  destroy(): void {
    bottlenecks.delete(this.name);
  }
}

const bottlenecks = new Map<string, Bottleneck>();

export function $bottleneck(name: unknown = "bottleneck", work?: unknown): Bottleneck {
  const key = String(name);
  const known = bottlenecks.get(key) ?? new Bottleneck(key, work as (...args: any[]) => unknown);
  known.use(work);
  bottlenecks.set(key, known);
  return known;
}
