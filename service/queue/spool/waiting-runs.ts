import { Heap } from "./heap.js";
import type { Entry } from "./spool-entry.js";

/** Longest delay of a timer, ms. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Waiting runs of this node: ready ones, those not due yet, and those held back by others of their name. */
export class WaitingRuns {
  private readonly ready = new Heap<Entry>(isSooner);
  private readonly later = new Heap<Entry>((a, b) => a.dueAt < b.dueAt);
  private readonly heldBack = new Map<string, Heap<Entry>>();
  /** Claimed runs, by name; only of names with a limit. */
  private readonly taken = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  /** @param onReady called whenever {@link take} may return a run that it did not return before */
  constructor(private readonly onReady: () => void) {}

  get hasReady(): boolean {
    return this.ready.size > 0;
  }

  add(entry: Entry): void {
    if (entry.dueAt > Date.now()) {
      this.later.push(entry);
      this.setTimer();
    } else if (this.isHeldBack(entry)) {
      this.holdBack(entry);
    } else {
      this.ready.push(entry);
      this.onReady();
    }
  }

  /** Claims the next ready run. */
  take(): Entry | undefined {
    for (let entry = this.ready.pop(); entry !== undefined; entry = this.ready.pop()) {
      if (!this.isHeldBack(entry)) return this.giveOut(entry);
      this.holdBack(entry);
    }
    return undefined;
  }

  /** Claims this run, unless it is not due yet or held back. */
  takeOne(entry: Entry): Entry | undefined {
    if (entry.dueAt > Date.now() || this.isHeldBack(entry)) return undefined;
    return this.remove(entry) ? this.giveOut(entry) : undefined;
  }

  /** Removes a run; false when it does not wait. */
  remove(entry: Entry): boolean {
    if (this.later.remove(entry)) return true;
    const { name = "" } = entry.run.record;
    if (this.heldBack.get(name)?.remove(entry)) return true;
    if (!this.ready.remove(entry)) return false;
    this.releaseNext(name);
    return true;
  }

  /** Notes that a claimed run has ended: it holds back no others of its name any more. */
  release(entry: Entry): void {
    const { name = "" } = entry.run.record;
    const count = this.taken.get(name);
    if (entry.run.maxPerName === undefined || count === undefined) return;
    if (count === 1) this.taken.delete(name);
    else this.taken.set(name, count - 1);
    this.releaseNext(name);
  }

  /** Removes all. */
  clear(): void {
    clearTimeout(this.timer);
    this.ready.clear();
    this.later.clear();
    this.heldBack.clear();
    this.taken.clear();
  }

  private isHeldBack({ run: { record, maxPerName } }: Entry): boolean {
    return maxPerName !== undefined && (this.taken.get(record.name ?? "") ?? 0) >= maxPerName;
  }

  private giveOut(entry: Entry): Entry {
    const { name = "" } = entry.run.record;
    if (entry.run.maxPerName !== undefined) this.taken.set(name, (this.taken.get(name) ?? 0) + 1);
    return entry;
  }

  private holdBack(entry: Entry): void {
    const { name = "" } = entry.run.record;
    let heap = this.heldBack.get(name);
    if (heap === undefined) this.heldBack.set(name, (heap = new Heap<Entry>(isSooner)));
    heap.push(entry);
  }

  /** A run of the name has ended, so the next one may start. */
  private releaseNext(name: string): void {
    const heap = this.heldBack.get(name);
    const next = heap?.pop();
    if (heap?.size === 0) this.heldBack.delete(name);
    if (next === undefined) return;
    this.ready.push(next);
    this.onReady();
  }

  private setTimer(): void {
    clearTimeout(this.timer);
    const next = this.later.peek();
    if (next === undefined) return;
    const waitMs = Math.min(Math.max(0, next.dueAt - Date.now()), LONGEST_TIMER_MS);
    this.timer = setTimeout(() => this.moveDue(), waitMs);
  }

  private moveDue(): void {
    const now = Date.now();
    for (let next = this.later.peek(); next !== undefined && next.dueAt <= now; next = this.later.peek()) {
      this.later.pop();
      this.add(next);
    }
    this.setTimer();
  }
}

function isSooner(a: Entry, b: Entry): boolean {
  const [first, second] = [a.run.record, b.run.record];
  if (first.priority !== second.priority) return first.priority > second.priority;
  if (first.acceptedAt !== second.acceptedAt) return first.acceptedAt < second.acceptedAt;
  return a.sequence < b.sequence;
}
