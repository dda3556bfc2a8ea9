import { jobScope } from "../../base/job-scope.js";
import { world } from "../../base/world.js";
import { optional } from "../text/check.js";
import { type CronSchedules, cronTimes, parseCron } from "../text/cron.js";
import { fromDate } from "./dates.js";

/** `ow.format.cron`: when a cron expression comes next, came last, and whether a date fits it. Times are UTC unless set. */

const zone = { isUtc: true };

const now = (): Date => new Date(world.host.clock.nowMs());

/** One date, or for more than one asked an array; 0 when there is none. */
function times(
  expression: string,
  count = 1,
  start: Date = now(),
  end: Date | undefined,
  isBack: boolean,
): Date | Date[] | 0 {
  const found = cronTimes(parseCron(expression), count, new Date(start), end && new Date(end), isBack, zone.isUtc);
  if (found.length === 0) return 0;
  return count === 1 ? found[0]! : found;
}

export const nextScheduled = (expression: string, count?: number, start?: Date, end?: Date) =>
  times(expression, count, start, end, false);

export const prevScheduled = (expression: string, count?: number, start?: Date, end?: Date) =>
  times(expression, count, start, end, true);

export const timeUntilNext = (expression: string): number =>
  new Date(nextScheduled(expression) as Date).getTime() - world.host.clock.nowMs();

/** The day of the week is compared with Sunday as 8, so an expression with one never fits on Sundays. */
export function isCronMatch(date: Date, expression: string): boolean {
  const [second, minute, hour, day, month, weekDay] = fromDate(date, "s m H d M u", zone.isUtc ? "UTC" : undefined)
    .split(" ")
    .map(Number);
  const [schedule] = (parseCron(expression) as CronSchedules).schedules;
  const fields: [string, number][] = [
    ["m", minute!],
    ["h", hour!],
    ["D", day!],
    ["M", month!],
    ["d", weekDay! + 1],
  ];
  if (expression.trim().split(/ +/).length > 5) fields.push(["s", second!]);
  return fields.every(([name, value]) => schedule![name]?.includes(value) ?? true);
}

/** Number of times that the expression matched since `time` (ms or Date), up to `limit`. */
export function howManyAgo(expression: string, time: number | Date, limit?: number): any {
  const most = optional(limit, "", "number", 100);
  const since = Number(time);
  const found = cronTimes(parseCron(expression), most, now(), undefined, true, zone.isUtc);
  const missed = found.filter((date) => date.getTime() >= since);
  const isDelayed = found.length > 0 && found[0]!.getTime() > since;
  return {
    isDelayed,
    howManyAgo: isDelayed ? missed.length : 0,
    missedTimes: isDelayed ? missed : [],
    limit: most,
    delayedAtLeast: isDelayed ? missed[missed.length - 1]!.getTime() - since : 0,
  };
}

export const sleepUntilNext = (expression: string) => jobScope.sleep(timeUntilNext(expression), true);

export const set2UTC = () => {
  zone.isUtc = true;
};

export const set2LocalTime = () => {
  zone.isUtc = false;
};
