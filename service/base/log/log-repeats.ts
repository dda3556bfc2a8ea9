/** A line that is about to be logged. */
export interface LogLine {
  /** Level of pino: 40 is a warning. */
  level: number;
  fields: Record<string, unknown>;
  message: string;
}

/** Lines of one kind that are written before the others are only counted. */
const WRITTEN = 3;
/** Time without a line of the kind after which its problem is over, ms. */
const QUIET_MS = 10_000;
/** Interval of summaries of a problem that goes on, ms. */
const SUMMARY_MS = 60_000;
const CHECK_MS = 1000;
/** Most kinds that are counted at a time; lines of further kinds are written. */
const MAX_KINDS = 1000;
/** Most uuids in a summary. */
const MAX_UUIDS = 10;
const LONGEST_KIND = 200;
const WARN = 40;
const FATAL = 60;

interface Repeats {
  line: LogLine;
  count: number;
  /** Lines since the last summary. */
  hidden: number;
  uuids: string[];
  firstAt: number;
  lastAt: number;
  summarisedAt: number;
}

/**
 * Repeated warnings and errors: the first few of a kind are written, the others are counted, and summarised a minute
 * later and at the end of the problem. So a full disk or a broker that is away causes some lines, whatever code logs it
 * and however often.
 */
export class RepeatedLines {
  private readonly repeats = new Map<string, Repeats>();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param write logs a line, whatever it is
   * @param now ms, monotonic
   */
  constructor(
    private readonly write: (line: LogLine) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Is the line to be written? */
  take(line: LogLine): boolean {
    if (line.level < WARN || line.level >= FATAL) return true;
    const kind = kindOf(line);
    const now = this.now();
    const known = this.repeats.get(kind);
    if (known === undefined) {
      if (this.repeats.size >= MAX_KINDS) return true;
      this.repeats.set(kind, { line, count: 1, hidden: 0, uuids: [], firstAt: now, lastAt: now, summarisedAt: now });
      this.timer ??= setInterval(() => this.checkAll(), CHECK_MS).unref();
      return true;
    }
    known.count++;
    known.lastAt = now;
    if (known.count <= WRITTEN) return true;
    known.hidden++;
    const { uuid } = line.fields;
    if (typeof uuid === "string" && known.uuids.length < MAX_UUIDS) known.uuids.push(uuid);
    return false;
  }

  /** Writes the summaries that are due, or whose problem is over. */
  checkAll(): void {
    const now = this.now();
    for (const [kind, repeats] of this.repeats) {
      const isOver = now - repeats.lastAt >= QUIET_MS;
      if (isOver) this.repeats.delete(kind);
      const isDue = isOver ? repeats.count > WRITTEN : repeats.hidden > 0 && now - repeats.summarisedAt >= SUMMARY_MS;
      if (isDue) this.summarise(repeats, isOver);
    }
    if (this.repeats.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Writes all summaries: nothing more is logged. */
  end(): void {
    clearInterval(this.timer);
    for (const repeats of this.repeats.values()) if (repeats.hidden > 0) this.summarise(repeats, false);
    this.repeats.clear();
  }

  private summarise(repeats: Repeats, isOver: boolean): void {
    const { line, count, hidden, uuids, firstAt, lastAt } = repeats;
    const fields: Record<string, unknown> = { times: count, notShown: hidden, forMs: Math.round(lastAt - firstAt) };
    if (uuids.length > 0) fields.uuids = uuids;
    Object.assign(repeats, { hidden: 0, uuids: [], summarisedAt: this.now() });
    this.write({ level: line.level, fields, message: `${isOver ? "over" : "continues"}: ${line.message}` });
  }
}

/** Lines that differ in numbers and names only are of one kind. */
function kindOf({ level, fields, message }: LogLine): string {
  const { code = "", message: reason = "" } = (fields.err ?? {}) as { code?: string; message?: string };
  const cause = typeof code === "string" && code !== "" ? code : String(reason);
  return `${level} ${message} ${cause}`.slice(0, LONGEST_KIND).replace(/\d+/g, "#");
}
