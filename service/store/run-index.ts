import { isTerminal, type RunFilter, type RunRecord } from "../model/record.js";

/** Summary of a run in memory: enough to choose the runs of a page and those to remove. */
export interface RunSummary {
  uuid: string;
  state: RunRecord["state"];
  acceptedAt: number;
  endedAt?: number;
  expiresAt?: number;
  name?: string;
  file: string;
  node: string;
}

/** A position in the order of runs, and so in a list of them. */
export type RunKey = Pick<RunSummary, "uuid" | "acceptedAt">;

export function summaryOf(record: RunRecord): RunSummary {
  return {
    uuid: record.uuid,
    state: record.state,
    acceptedAt: record.acceptedAt,
    endedAt: record.endedAt,
    expiresAt: record.expiresAt,
    name: record.name === undefined ? undefined : shared(record.name),
    file: shared(record.file),
    node: shared(record.node),
  };
}

/** Orders by time of acceptance, then by uuid. */
export function compareRuns(a: RunKey, b: RunKey): number {
  return a.acceptedAt - b.acceptedAt || (a.uuid < b.uuid ? -1 : a.uuid > b.uuid ? 1 : 0);
}

/** Does a run match the filter? Ignores the cursor. */
export function matches(run: RunSummary | RunRecord, filter: RunFilter): boolean {
  return (
    (filter.state === undefined || filter.state.includes(run.state)) &&
    (filter.name === undefined || run.name === filter.name) &&
    (filter.file === undefined || run.file === filter.file) &&
    (filter.since === undefined || run.acceptedAt >= filter.since) &&
    (filter.until === undefined || run.acceptedAt < filter.until)
  );
}

/** Runs by uuid and in their order, which is made at its first use and updated from then on. */
export class RunIndex<S extends RunSummary> {
  private readonly byUuid = new Map<string, S>();
  private readonly ended: Partial<Record<RunRecord["state"], number>> = {};
  private sorted: S[] | undefined;

  get size(): number {
    return this.byUuid.size;
  }

  get(uuid: string): S | undefined {
    return this.byUuid.get(uuid);
  }

  set(summary: S): void {
    const known = this.byUuid.get(summary.uuid);
    if (known !== undefined) this.delete(summary.uuid);
    this.byUuid.set(summary.uuid, summary);
    this.count(summary, 1);
    if (this.sorted === undefined) return;
    // New runs belong near the end: little has to move.
    const last = this.sorted.at(-1);
    if (last === undefined || compareRuns(last, summary) < 0) this.sorted.push(summary);
    else this.sorted.splice(placeOf(summary, this.sorted), 0, summary);
  }

  delete(uuid: string): void {
    const summary = this.byUuid.get(uuid);
    if (summary === undefined) return;
    this.byUuid.delete(uuid);
    this.count(summary, -1);
    this.sorted?.splice(placeOf(summary, this.sorted), 1);
  }

  /** Deletes that many of the oldest. @returns them */
  deleteOldest(number: number): S[] {
    const oldest = this.inOrder().splice(0, number);
    for (const summary of oldest) {
      this.byUuid.delete(summary.uuid);
      this.count(summary, -1);
    }
    return oldest;
  }

  /** All runs, oldest first. */
  oldestFirst(): S[] {
    return this.inOrder().slice();
  }

  /** The newest matches, at most `most`, newest first; only those before `key` in the order. */
  newest(filter: RunFilter, key: RunKey | undefined, most: number): S[] {
    const runs = this.inOrder();
    const found: S[] = [];
    for (let at = key === undefined ? runs.length : placeOf(key, runs); at-- > 0 && found.length < most; ) {
      const run = runs[at]!;
      if (filter.since !== undefined && run.acceptedAt < filter.since) break;
      if (matches(run, filter)) found.push(run);
    }
    return found;
  }

  /** Number of ended runs, by state. */
  counts(): Partial<Record<RunRecord["state"], number>> {
    return { ...this.ended };
  }

  private inOrder(): S[] {
    return (this.sorted ??= [...this.byUuid.values()].sort(compareRuns));
  }

  private count(summary: S, step: 1 | -1): void {
    if (!isTerminal(summary.state)) return;
    this.ended[summary.state] = (this.ended[summary.state] ?? 0) + step;
  }
}

/** Number of runs before the key. */
function placeOf(key: RunKey, runs: readonly RunKey[]): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareRuns(runs[middle]!, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Few files, names and nodes, many runs: each text is kept once. */
const texts = new Map<string, string>();
const MAX_TEXTS = 10_000;

function shared(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size >= MAX_TEXTS) texts.clear();
  texts.set(text, text);
  return text;
}
