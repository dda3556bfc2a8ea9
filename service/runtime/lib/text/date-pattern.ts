import { JavaException } from "../../base/values/errors.js";
import { clockOffset, type Zone, zoneOf } from "./time-zone.js";

/**
 * Dates as text by the patterns of Java's SimpleDateFormat (English names, weeks starting on Sunday).
 */
export type PatternPart = { text: string } | { letter: string; count: number };

export const monthNames = "January February March April May June July August September October November December".split(
  " ",
);
export const dayNames = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const letters = "GyYMLwWDdFEuaHkKhmsSzZX";
const compiled = new Map<string, PatternPart[]>();

/** @throws JavaException for a letter that means nothing, or a quote without partner */
export function patternParts(pattern: string): PatternPart[] {
  let parts = compiled.get(pattern);
  if (parts === undefined) compiled.set(pattern, (parts = compile(pattern)));
  return parts;
}

function compile(pattern: string): PatternPart[] {
  const parts: PatternPart[] = [];
  const addText = (text: string) => {
    const last = parts[parts.length - 1];
    if (last !== undefined && "text" in last) last.text += text;
    else parts.push({ text });
  };
  for (let at = 0; at < pattern.length; ) {
    const char = pattern[at]!;
    if (char === "'") {
      const quoted = /^'((?:[^']|'')*)'/.exec(pattern.slice(at));
      if (quoted === null) throw new JavaException("java.lang.IllegalArgumentException", "Unterminated quote");
      addText(quoted[0] === "''" ? "'" : quoted[1]!.replace(/''/g, "'"));
      at += quoted[0].length;
    } else if (/[a-zA-Z]/.test(char)) {
      if (!letters.includes(char))
        throw new JavaException("java.lang.IllegalArgumentException", `Illegal pattern character '${char}'`);
      let end = at;
      while (pattern[end] === char) end++;
      if (char === "X" && end - at > 3)
        throw new JavaException("java.lang.IllegalArgumentException", `invalid ISO 8601 format: length=${end - at}`);
      parts.push({ letter: char, count: end - at });
      at = end;
    } else {
      addText(char);
      at++;
    }
  }
  return parts;
}

/** @param zone its name; undefined is the zone of the process */
export function formatDate(date: Date, pattern: string, zone?: string): string {
  const parts = patternParts(pattern);
  // A date that is none counts as the start of 1970, as it does for Java's long numbers.
  const ms = date.getTime() || 0;
  const place = zoneOf(zone);
  const offset = place.offsetAt(ms);
  const wall = new Date(ms + offset * 60_000);
  return parts
    .map((part) => ("text" in part ? part.text : field(part.letter, part.count, wall, ms, offset, place)))
    .join("");
}

function field(letter: string, count: number, wall: Date, ms: number, offset: number, zone: Zone): string {
  const padded = (number: number) => String(number).padStart(count, "0");
  const hours = wall.getUTCHours();
  switch (letter) {
    case "G":
      return wall.getUTCFullYear() > 0 ? "AD" : "BC";
    case "y":
      return year(wall.getUTCFullYear(), count);
    case "Y":
      return year(weekYear(wall), count);
    case "M":
    case "L":
      return name(monthNames[wall.getUTCMonth()]!, count) ?? padded(wall.getUTCMonth() + 1);
    case "w":
      return padded(weekOfYear(wall));
    case "W":
      return padded(Math.floor((wall.getUTCDate() - 1 + weekDayOfFirst(wall)) / 7) + 1);
    case "D":
      return padded(dayOfYear(wall));
    case "d":
      return padded(wall.getUTCDate());
    case "F":
      return padded(Math.floor((wall.getUTCDate() - 1) / 7) + 1);
    case "E":
      return name(dayNames[wall.getUTCDay()]!, Math.max(3, count))!;
    case "u":
      return padded(wall.getUTCDay() || 7);
    case "a":
      return hours < 12 ? "AM" : "PM";
    case "H":
      return padded(hours);
    case "k":
      return padded(hours || 24);
    case "K":
      return padded(hours % 12);
    case "h":
      return padded(hours % 12 || 12);
    case "m":
      return padded(wall.getUTCMinutes());
    case "s":
      return padded(wall.getUTCSeconds());
    case "S":
      return padded(wall.getUTCMilliseconds());
    case "z":
      return count >= 4 ? zone.longName(ms) : zone.shortName(ms);
    case "Z":
      return clockOffset(offset, "");
    default:
      return isoOffset(offset, count);
  }
}

function year(number: number, count: number): string {
  const shown = number > 0 ? number : 1 - number;
  return count === 2 ? String(shown % 100).padStart(2, "0") : String(shown).padStart(count, "0");
}

function name(full: string, count: number): string | undefined {
  if (count < 3) return undefined;
  return count === 3 ? full.slice(0, 3) : full;
}

function isoOffset(minutes: number, count: number): string {
  if (minutes === 0) return "Z";
  return count === 1 ? clockOffset(minutes, "").slice(0, 3) : clockOffset(minutes, count === 2 ? "" : ":");
}

const dayOfYear = (wall: Date): number =>
  Math.round(
    (Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()) - Date.UTC(wall.getUTCFullYear(), 0, 1)) /
      86_400_000,
  ) + 1;

const weekDayOfFirst = (wall: Date): number =>
  new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), 1)).getUTCDay();

function weekOfYear(wall: Date): number {
  return weekYear(wall) > wall.getUTCFullYear()
    ? 1
    : Math.floor((dayOfYear(wall) - 1 + new Date(Date.UTC(wall.getUTCFullYear(), 0, 1)).getUTCDay()) / 7) + 1;
}

/** The last days of December belong to the week of the next year's first day. */
function weekYear(wall: Date): number {
  const year = wall.getUTCFullYear();
  const next = new Date(Date.UTC(year + 1, 0, 1));
  const weekStart = next.getTime() - next.getUTCDay() * 86_400_000;
  return wall.getTime() >= weekStart ? year + 1 : year;
}
