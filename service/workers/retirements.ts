import type { PoolLog } from "./pool-options.js";

/** Number of last runs that count. */
const WINDOW = 50;
/** Fewest runs for a verdict. */
const MIN_RUNS = 20;
/** Part of the runs whose worker was replaced: a warning begins at the first, and ends below the second. */
const WARN_FROM = 0.8;
const WARN_UNTIL = 0.5;

/**
 * Counts workers that were replaced for leftovers of a run. One now and then is normal; when nearly every run costs a
 * worker, runs wait for processes to start, and a warning gives the reason.
 */
export class Retirements {
  /** Number by reason. */
  readonly byReason: Record<string, number> = {};
  /** For each of the last runs the reason of the replacement, "" when there was none. */
  private readonly recent: string[] = [];
  private isWarning = false;

  constructor(private readonly log: PoolLog) {}

  /** A run left nothing: its worker stays. */
  runWasClean(): void {
    this.add("");
  }

  /** A run left something: its worker is replaced. */
  runWasDirty(reasons: readonly string[]): void {
    for (const reason of reasons) this.count(reason);
    if (reasons.length > 0) this.add(kindOf(reasons[0]!));
  }

  /** A worker is replaced for a reason that is not of a single run. */
  count(reason: string): void {
    const kind = kindOf(reason);
    this.byReason[kind] = (this.byReason[kind] ?? 0) + 1;
  }

  /** The warning in words; undefined while most runs leave their worker clean. */
  warning(): string | undefined {
    return this.isWarning ? this.describe() : undefined;
  }

  private add(kind: string): void {
    this.recent.push(kind);
    if (this.recent.length > WINDOW) this.recent.shift();
    // The usual case: nothing was left lately.
    if (kind === "" && !this.isWarning) return;
    const part = this.recent.filter((reason) => reason !== "").length / this.recent.length;
    if (!this.isWarning && this.recent.length >= MIN_RUNS && part >= WARN_FROM) {
      this.isWarning = true;
      this.log.warn(this.describe());
    } else if (this.isWarning && part < WARN_UNTIL) {
      this.isWarning = false;
      this.log.info("workers are no longer replaced after most runs");
    }
  }

  private describe(): string {
    const counts = new Map<string, number>();
    for (const kind of this.recent) if (kind !== "") counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const replaced = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const reasons = [...counts].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${kind} (${count})`);
    return `${replaced} of the last ${this.recent.length} runs cost their worker, so runs wait for new workers: ${reasons.join(", ")}`;
  }
}

/** A reason without details of the one case, as a label. */
function kindOf(reason: string): string {
  return /^open file|^[^:\d]*/.exec(reason)![0].trim();
}
