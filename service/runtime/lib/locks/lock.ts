import { currentTask, isBelowCurrent, type Steps, type Task, waitUntil } from "../../base/scheduler.js";
import { JavaException } from "../../base/values/errors.js";
import { makeRoom } from "./fresh.js";

/** A lock that belongs to a task, which may take it several times. */
export class TaskLock {
  private holder: Task | undefined | "nobody" = "nobody";
  private count = 0;

  constructor(readonly name: string) {}

  get isLocked(): boolean {
    return this.holder !== "nobody";
  }

  private get isMine(): boolean {
    return this.holder === currentTask();
  }

  /** Asked while other tasks run as well: does not depend on which one does. */
  private get isFree(): boolean {
    // A task that ended without unlocking would keep it for ever in Java as well; here it has no one left to wait for.
    return this.holder === "nobody" || (this.holder?.isOver ?? false);
  }

  /**
   * Takes the lock, waiting at most `timeoutMs`.
   * @returns false when the time was over first
   * @throws Error when who holds it cannot go on before the running task ends: it would wait for ever
   */
  lock(timeoutMs = Number.POSITIVE_INFINITY): boolean {
    if (!this.isMine && !this.isFree) {
      makeRoom({ ready: () => this.isFree });
      if (timeoutMs === Number.POSITIVE_INFINITY && isBelowCurrent(this.holder as Task | undefined))
        throw new Error(`lock "${this.name}" is never released: who holds it waits for the one who wants it`);
      if (!waitUntil(() => this.isFree, timeoutMs, `lock "${this.name}"`)) return false;
    }
    if (!this.isMine) this.count = 0;
    this.holder = currentTask();
    this.count++;
    return true;
  }

  /** The same for code that waits in steps. */
  *lockInSteps(): Steps<void> {
    while (!this.isMine && !this.isFree) yield { what: `lock "${this.name}"`, ready: () => this.isFree };
    this.lock();
  }

  /** @throws JavaException when the running task does not hold it */
  unlock(): void {
    if (!this.isMine) throw new JavaException("java.lang.IllegalMonitorStateException");
    if (--this.count === 0) this.holder = "nobody";
  }

  /** Runs `work` with the lock held. */
  holding<T>(work: () => T): T {
    this.lock();
    try {
      return work();
    } finally {
      if (this.isMine) this.unlock();
    }
  }
}
