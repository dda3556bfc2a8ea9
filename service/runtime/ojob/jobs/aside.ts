import { type Steps, spawn, type Task } from "../../base/scheduler.js";

/** Work that goes on beside the todo list and that the run waits for at its end. */
const aside = new Set<Task>();

/** Starts work beside the one that runs: it goes on at once up to its first wait. */
export function startAside(name: string, work: Steps<any>): Task {
  const task = spawn(name, () => work);
  aside.add(task);
  task.resume();
  return task;
}

/** Is work going on beside the todo list? */
export function isAsideBusy(): boolean {
  for (const task of aside) if (!task.isOver) return true;
  return false;
}

/** Waits for all of it, also for what it starts. Its errors were recorded where they came up. */
export function* awaitAside(): Steps<void> {
  for (;;) {
    const next = [...aside].find((task) => !task.isOver);
    if (next === undefined) return aside.clear();
    yield next;
  }
}
