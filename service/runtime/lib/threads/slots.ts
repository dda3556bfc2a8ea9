import type { Steps } from "../../base/scheduler.js";
import { world } from "../../base/world.js";

/** At most so many at a time, where nothing says otherwise: a machine of few cores still overlaps what only waits. */
const LEAST_WIDTH = 8;

/** Most executions of one job at a time, by the setting `numThreads` or the cores of the machine. */
export function defaultWidth(numThreads: unknown): number {
  if (typeof numThreads === "number" && numThreads >= 1) return Math.floor(numThreads);
  return Math.max(LEAST_WIDTH, JSON.parse(world.host.process.machine()).cores);
}

/** Places for a limited number of tasks. */
export class Slots {
  private taken = 0;

  constructor(private readonly width: number) {}

  /** Runs `work` once there is a place for it. */
  *run<T>(work: Steps<T>): Steps<T> {
    while (this.taken >= this.width) yield { ready: () => this.taken < this.width };
    this.taken++;
    try {
      return yield* work;
    } finally {
      this.taken--;
    }
  }
}
