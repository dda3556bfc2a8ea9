import { Cron } from "croner";
import { WrongValue } from "../parse-value.js";

const SECOND_MS = 1000;
const fieldTitles = ["second", "minute", "hour", "day of the month", "month", "weekday"];

/** The times of a cron expression. All in ms since the epoch, whole seconds. */
export class CronTimes {
  private readonly cron: Cron;

  /**
   * @param expression five fields, six with the seconds first, or a nickname as `@daily`; `?` is `*`, for days only
   * @param timezone IANA name; undefined: that of the machine
   * @throws WrongValue
   */
  constructor(expression: string, timezone?: string) {
    const fields = expression.trim().split(/\s+/);
    const isNickname = fields.length === 1 && fields[0]!.startsWith("@");
    if (!isNickname && fields.length !== 5 && fields.length !== 6) {
      throw new WrongValue("must be five fields (minute hour day month weekday), or six with the second first");
    }
    const asked = isNickname
      ? -1
      : fields.findIndex((field, at) => field.includes("?") && !isAnyDay(field, at, fields.length));
    if (asked !== -1) {
      throw new WrongValue(
        `has ${JSON.stringify(fields[asked])} as its ${fieldTitles.at(asked - fields.length)}: the meaning of ? is ambiguous there; write * for each, or a number`,
      );
    }
    if (timezone !== undefined && !isTimezone(timezone)) {
      throw new WrongValue(`has the unknown time zone ${JSON.stringify(timezone)}; write it like Europe/Lisbon or UTC`);
    }
    try {
      this.cron = new Cron(expression, { paused: true, timezone });
    } catch (error) {
      throw new WrongValue(`is not a cron expression: ${(error as Error).message.replace(/^CronPattern: /, "")}`);
    }
    if (this.cron.nextRun() === null) throw new WrongValue("never matches a time");
  }

  /** The first time after another; undefined when there is none any more. */
  next(after: number): number | undefined {
    return this.cron.nextRun(new Date(after))?.getTime();
  }

  /** The last time up to another, that one included. */
  latest(upTo: number): number | undefined {
    const following = Math.floor(upTo / SECOND_MS) * SECOND_MS + SECOND_MS;
    return this.cron.previousRuns(1, new Date(following))[0]?.getTime();
  }
}

/**
 * `?` is "no particular day" in Quartz and its like, the same as `*`. Other programs do not agree: some take it for the
 * time of their start, which differs between nodes.
 */
function isAnyDay(field: string, at: number, count: number): boolean {
  const title = fieldTitles.at(at - count);
  return field === "?" && (title === "day of the month" || title === "weekday");
}

export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false; // RangeError: there is no such zone
  }
}
