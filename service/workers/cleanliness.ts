import { getHeapStatistics, setFlagsFromString } from "node:v8";
import vm from "node:vm";

/**
 * Keeps the state of the worker process before its first run, and finds differences from it. The realm needs no check:
 * {@link freezeRealm} has made it immutable.
 */
export class Cleanliness {
  private readonly cwd = process.cwd();
  private readonly umask = process.umask();
  private readonly env = { ...process.env };
  private readonly envSize = Object.keys(process.env).length;
  private readonly resources = process.getActiveResourcesInfo().length;
  private readonly listeners = countListeners();

  /** Differences from the first state, in words; empty when the worker is clean. */
  check(): string[] {
    const left: string[] = [];
    if (currentFolder() !== this.cwd) left.push("working folder changed");
    if (process.umask() !== this.umask) {
      left.push("umask changed");
      process.umask(this.umask);
    }
    this.checkEnvironment(left);
    // Fewer is fine: the worker's own handles may have closed meanwhile.
    const resources = process.getActiveResourcesInfo();
    if (resources.length > this.resources) left.push(`active: ${resources.slice(this.resources).join(", ")}`);
    if (countListeners() !== this.listeners) left.push("listeners of the process changed");
    return left;
  }

  private checkEnvironment(left: string[]): void {
    const env = process.env;
    if (Object.keys(env).length !== this.envSize) {
      left.push("environment variables changed");
      return;
    }
    for (const name in this.env)
      if (env[name] !== this.env[name]) {
        left.push("environment variables changed");
        return;
      }
  }
}

/** Bytes of heap in use. */
export function heapUsed(): number {
  return getHeapStatistics().used_heap_size;
}

/** Frees unreachable objects. Blocks for some milliseconds. */
export function collectGarbage(): void {
  if (gc === undefined) {
    // With --expose-gc at the start every environment would have a global `gc`.
    setFlagsFromString("--expose-gc");
    gc = vm.runInNewContext("gc") as () => void;
    setFlagsFromString("--no-expose-gc");
  }
  gc();
}

let gc: (() => void) | undefined;

function currentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined; // it was removed
  }
}

function countListeners(): number {
  let count = 0;
  for (const name of process.eventNames()) count += process.listenerCount(name);
  return count;
}
