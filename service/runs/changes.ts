/** Longest delay of a timer, ms. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Waits for changes of a key. */
export interface Watch {
  /**
   * Resolves at the next change, at once if there was one since the last call; also at the timeout, and when the signal
   * aborts.
   */
  next(timeoutMs?: number, signal?: AbortSignal): Promise<void>;
  close(): void;
}

interface Watcher {
  hasChanged: boolean;
  wake?: () => void;
}

/** Notifies waiters of changes, so that nobody has to poll. */
export class Changes {
  private readonly watchers = new Map<string, Set<Watcher>>();

  /** Starts to watch a key. The caller has to close it. */
  watch(key: string): Watch {
    const watcher: Watcher = { hasChanged: false };
    let all = this.watchers.get(key);
    if (all === undefined) this.watchers.set(key, (all = new Set()));
    all.add(watcher);
    return {
      next: (timeoutMs, signal) => nextChange(watcher, timeoutMs, signal),
      close: () => {
        all.delete(watcher);
        if (all.size === 0 && this.watchers.get(key) === all) this.watchers.delete(key);
      },
    };
  }

  /** Notes a change of the key. */
  note(key: string): void {
    for (const watcher of this.watchers.get(key) ?? []) noteOne(watcher);
  }

  noteAll(): void {
    for (const watchers of this.watchers.values()) for (const watcher of watchers) noteOne(watcher);
  }
}

function noteOne(watcher: Watcher): void {
  watcher.hasChanged = true;
  watcher.wake?.();
}

function nextChange(watcher: Watcher, timeoutMs: number | undefined, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      watcher.wake = undefined;
      watcher.hasChanged = false;
      resolve();
    };
    const isBounded = timeoutMs !== undefined && timeoutMs < LONGEST_TIMER_MS;
    const timer = isBounded ? setTimeout(finish, timeoutMs) : undefined;
    signal?.addEventListener("abort", finish);
    watcher.wake = finish;
    if (watcher.hasChanged || signal?.aborted) finish();
  });
}
