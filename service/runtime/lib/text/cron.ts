/**
 * Cron expressions of five fields, or six with seconds first, as a map of the values that fit:
 * `s` seconds, `m` minutes, `h` hours, `D` days of the month, `M` months, `d` days of the week (1 is Sunday). A field
 * that is not there fits everything. Both day fields have to fit.
 */
export interface CronSchedule {
  s?: number[];
  m?: number[];
  h?: number[];
  D?: number[];
  M?: number[];
  d?: number[];
  /** `L` in the day field: the last day of the month (0). */
  [field: string]: number[] | undefined;
}

export interface CronSchedules {
  schedules: CronSchedule[];
  exceptions: CronSchedule[];
}

interface Field {
  name: string;
  min: number;
  max: number;
  names?: Record<string, number>;
  /** Added to the values of the expression. */
  shift: number;
}

const named = (list: string, first: number) =>
  Object.fromEntries(list.split(" ").map((name, index) => [name, index + first]));
const months = named("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC", 1);
const days = named("SUN MON TUE WED THU FRI SAT", 0);

const fields: Field[] = [
  { name: "s", min: 0, max: 59, shift: 0 },
  { name: "m", min: 0, max: 59, shift: 0 },
  { name: "h", min: 0, max: 23, shift: 0 },
  { name: "D", min: 1, max: 31, shift: 0 },
  { name: "M", min: 1, max: 12, names: months, shift: 0 },
  { name: "d", min: 0, max: 6, names: days, shift: 1 },
];

const shorthands: Record<string, string> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** @throws Error naming the field and what it may hold */
export function parseCron(expression: string): CronSchedules {
  const text = (shorthands[expression.trim().toLowerCase()] ?? expression).trim().toUpperCase();
  const parts = text.split(/\s+/);
  const all = parts.length > 5 ? parts : ["0", ...parts];
  const schedule: CronSchedule = {};
  for (const [index, field] of fields.entries()) {
    const part = all[index];
    if (part === undefined || part === "*" || part === "?") continue;
    schedule[field.name] = valuesOf(part, field, expression);
  }
  return { schedules: [schedule], exceptions: [] };
}

function valuesOf(part: string, field: Field, expression: string): number[] {
  const values = new Set<number>();
  for (const entry of part.split(",")) {
    if (entry === "L" && field.name === "D") values.add(0);
    else for (const value of rangeOf(entry, field, expression)) values.add(value + field.shift);
  }
  return [...values].sort((a, b) => a - b);
}

function rangeOf(entry: string, field: Field, expression: string): number[] {
  const parts = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(entry);
  const number = (text: string): number => field.names?.[text] ?? (/^\d+$/.test(text) ? Number(text) : Number.NaN);
  const from = parts === null ? Number.NaN : parts[1] === "*" ? field.min : number(parts[1]!);
  const isOpen = parts?.[1] === "*" || (parts?.[3] !== undefined && parts[2] === undefined);
  const to = parts?.[2] !== undefined ? number(parts[2]) : isOpen ? field.max : from;
  const step = Number(parts?.[3] ?? 1);
  // Sunday may be written 7.
  const max = field.name === "d" ? 7 : field.max;
  if (Number.isNaN(from) || Number.isNaN(to) || step < 1 || from < field.min || to > max || from > max)
    throw new Error(
      `cron "${expression}": "${entry}" does not fit, the field takes ${field.min} to ${field.max}, lists, ranges and steps`,
    );
  const values: number[] = [];
  const span = to >= from ? to - from : field.max - field.min + 1 - (from - to);
  for (let shift = 0; shift <= span; shift += step) {
    const value = from + shift;
    values.push(field.name === "d" ? value % 7 : value > field.max ? value - (field.max - field.min + 1) : value);
  }
  return values;
}

const fits = (list: number[] | undefined, value: number): boolean => list === undefined || list.includes(value);

function dayFits(schedule: CronSchedule, date: Clock): boolean {
  const isLast = schedule.D?.includes(0) && date.day() === date.daysInMonth();
  return fits(schedule.M, date.month()) && (isLast || fits(schedule.D, date.day())) && fits(schedule.d, date.weekDay());
}

/** A point in time moved by whole units, in UTC or in the zone of the process. */
class Clock {
  constructor(
    readonly date: Date,
    private readonly isUtc: boolean,
  ) {}

  month = (): number => (this.isUtc ? this.date.getUTCMonth() : this.date.getMonth()) + 1;
  day = (): number => (this.isUtc ? this.date.getUTCDate() : this.date.getDate());
  weekDay = (): number => (this.isUtc ? this.date.getUTCDay() : this.date.getDay()) + 1;
  hour = (): number => (this.isUtc ? this.date.getUTCHours() : this.date.getHours());
  minute = (): number => (this.isUtc ? this.date.getUTCMinutes() : this.date.getMinutes());
  second = (): number => (this.isUtc ? this.date.getUTCSeconds() : this.date.getSeconds());
  year = (): number => (this.isUtc ? this.date.getUTCFullYear() : this.date.getFullYear());
  daysInMonth = (): number => new Date(Date.UTC(this.year(), this.month(), 0)).getUTCDate();

  /** To the start (or with `isBack` the last second) of the unit that many units away. */
  move(unit: "day" | "hour" | "minute" | "second", by: number): void {
    const at = { day: this.day(), hour: this.hour(), minute: this.minute(), second: this.second() };
    const edge = by > 0 ? [0, 0, 0] : [23, 59, 59];
    at[unit] += by;
    const cut = ["day", "hour", "minute", "second"].indexOf(unit);
    const [hour, minute, second] = [
      cut < 1 ? edge[0]! : at.hour,
      cut < 2 ? edge[1]! : at.minute,
      cut < 3 ? edge[2]! : at.second,
    ];
    const before = this.date.getTime();
    if (this.isUtc) this.date.setTime(Date.UTC(this.year(), this.month() - 1, at.day, hour, minute, second));
    else this.date.setTime(new Date(this.year(), this.month() - 1, at.day, hour, minute, second).getTime());
    // When clocks are put back, the same wall time comes twice: always advance.
    if ((by > 0 && this.date.getTime() <= before) || (by < 0 && this.date.getTime() >= before))
      this.date.setTime(before + by * 3_600_000);
  }
}

const horizonDays = 366 * 41;

/**
 * The times that fit, from `start` on (itself included), or before it when `isBack`.
 * @returns at most `count`; none when the schedule never comes
 */
export function cronTimes(
  cron: CronSchedules,
  count: number,
  start: Date,
  end: Date | undefined,
  isBack: boolean,
  isUtc: boolean,
): Date[] {
  const [schedule] = cron.schedules as [CronSchedule];
  const by = isBack ? -1 : 1;
  const startMs = Math.floor(start.getTime() / 1000) * 1000;
  const clock = new Clock(new Date(!isBack && startMs < start.getTime() ? startMs + 1000 : startMs), isUtc);
  const found: Date[] = [];
  for (let days = 0; found.length < count && days < horizonDays; ) {
    const time = clock.date.getTime();
    if (end !== undefined && (isBack ? time < end.getTime() : time > end.getTime())) break;
    if (!dayFits(schedule, clock)) {
      clock.move("day", by);
      days++;
    } else if (!fits(schedule.h, clock.hour())) clock.move("hour", by);
    else if (!fits(schedule.m, clock.minute())) clock.move("minute", by);
    else if (!fits(schedule.s, clock.second())) clock.move("second", by);
    else {
      found.push(new Date(time));
      days = 0;
      clock.move("second", by);
    }
  }
  return found;
}
