import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { QueuedRun, RunRecord } from "../../service/model/record.js";
import { type Entry, entryOf } from "../../service/queue/spool/spool-entry.js";
import { WaitingRuns } from "../../service/queue/spool/waiting-runs.js";
import { queuedRun } from "./queued-runs.js";

const NOW = 1_700_000_000_000;
let line: WaitingRuns;
let ready: number;
let sequence: number;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  ready = 0;
  sequence = 0;
  line = new WaitingRuns(() => ready++);
});
afterEach(() => void vi.useRealTimers());

/** Puts a run in line. */
function add(record: Partial<RunRecord> = {}, run: Partial<QueuedRun> = {}): Entry {
  const entry = entryOf(queuedRun({ acceptedAt: NOW, ...record }, run), 0, ++sequence);
  line.add(entry);
  return entry;
}
/** Takes all whose turn it is. */
function takeAll(): Entry[] {
  const taken: Entry[] = [];
  for (let entry = line.take(); entry !== undefined; entry = line.take()) taken.push(entry);
  return taken;
}
const limited = (name: string, maxPerName = 1, record: Partial<RunRecord> = {}) =>
  add({ name, ...record }, { maxPerName });

it("the highest priority comes first, then the oldest, then the one that came first", () => {
  const third = add({ acceptedAt: NOW - 1 });
  const fourth = add();
  const fifth = add();
  const first = add({ priority: 2 });
  const second = add({ priority: 1, acceptedAt: NOW - 5 });
  expect(takeAll()).toEqual([first, second, third, fourth, fifth]);
});

it("tells of each run whose turn may have come, and of none whose time has not", () => {
  add();
  expect([ready, line.hasReady]).toEqual([1, true]);
  line.take();
  expect(line.hasReady).toBe(false);
  add({ notBefore: NOW + 50 });
  expect([ready, line.hasReady]).toEqual([1, false]);
});

it("a run waits for its time to the millisecond, and one that is due at once does not wait at all", () => {
  const entry = add({ notBefore: NOW + 50 });
  const dueNow = add({ notBefore: NOW });
  expect(takeAll()).toEqual([dueNow]);
  vi.advanceTimersByTime(49);
  expect([line.take(), line.takeOne(entry)]).toEqual([undefined, undefined]);
  vi.advanceTimersByTime(1);
  expect(line.take()).toBe(entry);
});

it("runs whose times come later are given out at theirs, in whatever order they came", () => {
  const [late, early, middle] = [300, 100, 200].map((after) => add({ notBefore: NOW + after }));
  const times: [number, Entry][] = [];
  for (let ms = 0; ms < 400; ms += 10) {
    for (const entry of takeAll()) times.push([Date.now() - NOW, entry]);
    vi.advanceTimersByTime(10);
  }
  expect(times).toEqual([
    [100, early],
    [200, middle],
    [300, late],
  ]);
});

it("a run that is due in more than the 25 days a timer can be set for waits for its own time", () => {
  const days = 86_400_000;
  const entry = add({ notBefore: NOW + 60 * days });
  vi.advanceTimersByTime(59 * days);
  expect(line.hasReady).toBe(false);
  vi.advanceTimersByTime(days);
  expect(line.take()).toBe(entry);
});

it("of a name with a limit no more are given out at a time, and the next comes with each that leaves", () => {
  const [a, b, c, d] = ["n", "n", "n", "n"].map((name) => limited(name, 2)) as [Entry, Entry, Entry, Entry];
  const other = limited("other");
  expect(takeAll()).toEqual([a, b, other]);
  const before = ready;
  line.release(a);
  expect(ready).toBe(before + 1);
  expect(takeAll()).toEqual([c]);
  line.release(b);
  line.release(c);
  expect(takeAll()).toEqual([d]);
  line.release(d);
  expect([takeAll(), limited("n", 2) === line.take()]).toEqual([[], true]);
});

it("a run that comes while its name is at its limit is held back, and takes its turn by priority", () => {
  const first = limited("n");
  expect(line.take()).toBe(first);
  const low = limited("n");
  const high = limited("n", 1, { priority: 5 });
  expect([line.hasReady, line.takeOne(low)]).toEqual([false, undefined]);
  line.release(first);
  expect(line.take()).toBe(high);
  line.release(high);
  expect(line.take()).toBe(low);
});

it("runs without a limit are never held back, and hold back none by leaving", () => {
  const [a, b] = [add({ name: "n" }), add({ name: "n" })];
  const [c, d] = [limited("n"), limited("n")];
  expect(takeAll()).toEqual([a, b, c]);
  line.release(a);
  expect(line.take()).toBeUndefined();
  line.release(c);
  expect(line.take()).toBe(d);
});

it("one out of turn is given out when nothing holds it back, and counts for its name", () => {
  const first = limited("n");
  const second = limited("n");
  const third = add();
  expect(line.takeOne(second)).toBe(second);
  expect(line.takeOne(second)).toBeUndefined();
  expect(takeAll()).toEqual([third]);
  line.release(second);
  expect(line.take()).toBe(first);
});

it("one can be taken out of the line wherever it is, once", () => {
  const later = add({ notBefore: NOW + 50 });
  const taken = limited("n");
  line.take();
  const heldBack = limited("n");
  const waiting = add();
  expect([later, heldBack, waiting].map((entry) => line.remove(entry))).toEqual([true, true, true]);
  expect([later, heldBack, waiting, taken].map((entry) => line.remove(entry))).toEqual([false, false, false, false]);
  line.release(taken);
  vi.advanceTimersByTime(100);
  expect(line.take()).toBeUndefined();
});

it("when the one whose turn it would have been is taken out, the next of its name comes", () => {
  const first = limited("n");
  expect(line.take()).toBe(first);
  const [second, third] = [limited("n"), limited("n")];
  line.release(first);
  // It is ready; the third is still held back.
  const before = ready;
  expect(line.remove(second)).toBe(true);
  expect(ready).toBe(before + 1);
  expect(line.take()).toBe(third);
});

it("after it was cleared nothing comes any more, and no name is at its limit", () => {
  const [taken] = [limited("n"), limited("n")];
  expect(line.take()).toBe(taken);
  limited("n");
  add({ notBefore: NOW + 50 });
  add();
  line.clear();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(100);
  expect(takeAll()).toEqual([]);
  line.release(taken);
  expect(takeAll()).toEqual([]);
  const fresh = limited("n");
  expect(line.take()).toBe(fresh);
});
