import { Interrupted, waitUntil } from "../../base/scheduler.js";
import { isNumber } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { AtomicNumber } from "../locks/atoms.js";

/**
 * `$flock`: a lock over a file. Between the tasks of a run it is held here; other processes that ask the same way see the
 * companion file `<file>.held`, made exclusively and holding the id of the process that has it.
 */
interface FileLock {
  holds: AtomicNumber;
  isValid: boolean;
}

const held = new Map<string, FileLock>();
const POLL_MS = 50;

/**
 * @param timeoutMs how long opening the file is tried
 * @param waitMs pause between two tries
 * @throws text when it cannot be opened
 */
export function $flock(file: unknown, timeoutMs: unknown = 60_000, waitMs: unknown = 2_500) {
  if (!isNumber(timeoutMs)) throw "aTimeout is not a number";
  if (!isNumber(waitMs)) throw "aWaitPerCall is not a number";
  const path = String(file);
  const state = (): FileLock => {
    let known = held.get(path);
    if (known === undefined) held.set(path, (known = { holds: new AtomicNumber(0), isValid: false }));
    return known;
  };
  if (!held.has(path)) {
    open(path, Number(timeoutMs), Number(waitMs));
    state();
  }

  const lock = {
    getObject: () => path,
    getMainObject: () => state(),
    lock(): boolean {
      const known = state();
      if (!known.isValid) {
        while (!claim(path)) waitUntil(() => false, POLL_MS);
        known.isValid = true;
      }
      known.holds.inc();
      return true;
    },
    /** Number of times it is held. */
    unlock(): number {
      const known = state();
      if (known.holds.get() > 0) known.holds.dec();
      if (known.holds.get() <= 0 && known.isValid) {
        known.isValid = false;
        release(path);
      }
      return known.holds.get();
    },
    isLocalLocked: (): boolean => held.get(path)?.isValid ?? false,
    isLocked: (): boolean => !lock.tryLock(() => undefined),
    destroy(): void {
      if (lock.isLocalLocked()) lock.unlock();
      held.delete(path);
    },
    /** False when it is held, and when `use` fails. */
    tryLock(use: () => unknown): boolean {
      if (lock.isLocalLocked() || !claim(path)) return false;
      state().isValid = true;
      try {
        use();
        return true;
      } catch (error) {
        if (error instanceof Interrupted) throw error;
        lock.destroy();
        return false;
      } finally {
        if (held.has(path)) lock.unlock();
      }
    },
  };
  return lock;
}

function open(path: string, timeoutMs: number, waitMs: number): void {
  const untilMs = world.host.clock.nowMs() + timeoutMs;
  for (;;) {
    try {
      world.host.files.close(world.host.files.open(path, "a+"));
      return;
    } catch {
      // Not there to be opened (yet): the file's folder may still be made.
      if (world.host.clock.nowMs() > untilMs) throw `Can't access '${path}'`;
      waitUntil(() => false, waitMs);
    }
  }
}

/** Makes the companion file; one left by a process that is gone is taken over. */
function claim(path: string): boolean {
  const { files, process } = world.host;
  const companion = `${path}.held`;
  for (let tries = 0; tries < 2; tries++) {
    try {
      const fd = files.open(companion, "wx");
      files.writeChunk(fd, world.host.bytes.encode(String(process.pid())));
      files.close(fd);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST") throw error;
      const owner = ownerOf(companion);
      // Our own id: left by an earlier run of this worker, as this one does not hold it.
      if (owner === undefined || (owner !== process.pid() && process.isAlive(owner))) return false;
      files.remove(companion);
    }
  }
  return false;
}

function ownerOf(companion: string): number | undefined {
  try {
    return Number(world.host.files.readText(companion)) || undefined;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}

function release(path: string): void {
  world.host.files.remove(`${path}.held`);
}
