import { isDate, isNull } from "../../base/values/types.js";
import { world } from "../../base/world.js";
import { required } from "../text/check.js";
import { formatDate } from "../text/date-pattern.js";
import { readDate } from "../text/date-reader.js";
import { transition } from "../text/zone-transitions.js";
import { round } from "./numbers.js";

/** `ow.format`: dates to text, from text, and between. Zones are names; without one it is the zone of the process. */

/**
 * @param date a Date or a text Date can read
 * @param pattern of Java's SimpleDateFormat
 * @throws JavaException for a bad pattern
 */
export function fromDate(date: Date | string, pattern: string, zone?: string): string {
  return formatDate(typeof date === "string" ? new Date(date) : date, pattern, isNull(zone) ? undefined : String(zone));
}

/** @throws JavaException when the text does not match */
export function toDate(text: string, pattern: string, zone?: string): Date {
  return readDate(String(text), String(pattern), isNull(zone) ? undefined : String(zone));
}

export function fromISODate(text: string): Date | string {
  const date = new Date(required<string>(text, "aISODate", "string"));
  return isDate(date) ? date : text;
}

const unitMs = { inSeconds: 1000, inMinutes: 60_000, inHours: 3_600_000, inDays: 86_400_000, inWeeks: 604_800_000 };

/** Whole units as a number, or, rounded, as text. */
function difference(unit: keyof typeof unitMs) {
  return (before: Date | string, after: Date = new Date(), rounded = false): number | string => {
    const units = (after.getTime() - dateOf(before).getTime()) / unitMs[unit];
    return rounded ? units.toFixed(0) : Math.trunc(units) + 0;
  };
}

const dateOf = (value: Date | string): Date => (typeof value === "string" ? new Date(value) : value);

/** Only the calendar fields count: from 31 January to 1 February is a month. */
export function inMonths(before: Date | string, after: Date = new Date()): number {
  const start = dateOf(before);
  return after.getMonth() + 12 * after.getFullYear() - (start.getMonth() + 12 * start.getFullYear());
}

const ages: [seconds: number, long: string, short: string][] = [
  [31_536_000, " years ago", "yrs"],
  [2_592_000, " months ago", "mths"],
  [86_400, " days ago", "days"],
  [3600, " hours ago", "hrs"],
  [60, " minutes ago", "mins"],
];

/** A unit is used from two of it on. */
export function timeago(date: Date | string | number, isShort = false): string {
  const seconds = Math.floor((Date.now() - new Date(date).getTime()) / 1000);
  for (const [size, long, short] of ages) {
    const count = Math.floor(seconds / size);
    if (count > 1) return count + (isShort ? short : long);
  }
  if (seconds === 0) return isShort ? "now" : "Just now";
  return seconds + (isShort ? "secs" : " seconds ago");
}

export const isWedoDate = (value: any): boolean => value["__wedo__type__"] === "date";

/** Seconds from 1601, where LDAP starts to count, to 1970. */
const ldapShift = 11_644_473_600;

/** The changes of the clocks of a zone before and after a time (now unless given). */
export function transitions(zone = "Europe/London", date?: Date): object {
  const ms = date === undefined ? world.host.clock.nowMs() : date.getTime();
  return {
    zone,
    previousTransition: transition(zone, ms, -1),
    nextTransition: transition(zone, ms, 1),
  };
}

export const fromUnixDate = (seconds: unknown) => new Date(Number(seconds) * 1000);

export const toUnixDate = (date: Date) => round(date.getTime() / 1000);

export const fromLDAPDate = (ticks: number) => new Date((ticks / 10_000_000 - ldapShift) * 1000);

export const toLDAPDate = (date: Date) => (date.getTime() / 1000 + ldapShift) * 10_000_000;

export const toWedoDate = (text: string, pattern: string) => {
  if (pattern === undefined) throw "Please define the string date format";
  return { __wedo__type__: "date", content: [toDate(text, pattern)] };
};

export const fromWedoDate = (date: any, pattern = "yyyy-MM-dd HH:mm:ss") =>
  isWedoDate(date) ? fromDate(new Date(date.content[0]), pattern) : undefined;

export const fromWeDoDateToDate = (date: any) => (isWedoDate(date) ? new Date(date.content[0]) : undefined);

export const inSeconds = difference("inSeconds");

export const inMinutes = difference("inMinutes");

export const inHours = difference("inHours");

export const inDays = difference("inDays");

export const inWeeks = difference("inWeeks");

export const inYears = (before: Date | string, after: Date = new Date()) =>
  after.getFullYear() - dateOf(before).getFullYear();

export const dateTimeZones = () => [...Intl.supportedValuesOf("timeZone"), "UTC"].sort();
