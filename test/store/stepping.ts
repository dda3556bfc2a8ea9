import { AsyncLocalStorage } from "node:async_hooks";
import type * as Files from "node:fs/promises";

const current = new AsyncLocalStorage<Party>();

/**
 * Stands for a process of its own: it can be suspended before any of its steps, and each use of the file system is one.
 */
export class Party {
  steps = 0;
  private stopAt = Number.POSITIVE_INFINITY;
  private go: (() => void) | undefined;
  private gate: Promise<void> | undefined;
  private stopped: () => void = () => {};

  constructor(readonly name: string) {}

  /** Does something as this party. */
  do<T>(work: () => T): T {
    return current.run(this, work);
  }

  /**
   * Does something, and stops the whole party before a step of it.
   * @returns what comes of it, and whether it stopped; resolves when it has, or when the work is done
   */
  async until<T>(step: number, work: () => Promise<T>): Promise<{ end: Promise<T>; hasStopped: boolean }> {
    const stopped = new Promise<boolean>((resolve) => (this.stopped = () => resolve(true)));
    this.stopAt = this.steps + step;
    const end = this.do(work);
    end.catch(() => {}); // Seen by who waits for it.
    const hasStopped = await Promise.race([stopped, end.then(() => false)]);
    return { end, hasStopped };
  }

  /** It goes on. Without it, it has died. */
  resume(): void {
    this.stopAt = Number.POSITIVE_INFINITY;
    this.go?.();
    this.gate = undefined;
  }

  async step(): Promise<void> {
    this.steps++;
    if (this.steps === this.stopAt) {
      this.gate = new Promise((resolve) => (this.go = resolve));
      this.stopped();
    }
    await this.gate;
  }
}

/** `node:fs/promises` whose every call is a step of the party that makes it. For `vi.mock`. */
export function stepped(original: typeof Files): typeof Files {
  const wrapped: Record<string, unknown> = { ...original };
  for (const [name, value] of Object.entries(original)) {
    if (typeof value === "function")
      wrapped[name] = withSteps(value as (...args: unknown[]) => unknown, name === "open");
  }
  return { ...wrapped, default: wrapped } as unknown as typeof Files;
}

function withSteps(call: (...args: unknown[]) => unknown, isOpen: boolean) {
  return async (...args: unknown[]): Promise<unknown> => {
    await current.getStore()?.step();
    const result = await call(...args);
    return isOpen ? steppedHandle(result as Files.FileHandle) : result;
  };
}

/** Those that are open. A party that has died closes none, and since Node 26 it is an error to leave that to the collector. */
const handles = new Set<Files.FileHandle>();

/** Closes what dead parties have left open. Only when none goes on. */
export async function closeLeftHandles(): Promise<void> {
  for (const handle of handles) await handle.close();
  handles.clear();
}

function steppedHandle(handle: Files.FileHandle): Files.FileHandle {
  handles.add(handle);
  return new Proxy(handle, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== "function") return value;
      return async (...args: unknown[]) => {
        await current.getStore()?.step();
        if (name === "close") handles.delete(handle);
        return Reflect.apply(value, target, args);
      };
    },
  });
}
