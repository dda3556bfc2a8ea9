import { JavaException } from "../../base/values/errors.js";
import { dayNames, monthNames, type PatternPart, patternParts } from "./date-pattern.js";
import { zoneOf } from "./time-zone.js";

/**
 * Reads a date by a SimpleDateFormat pattern, leniently: month 13 is January of the next year, text after the last
 * field is ignored.
 * @param zone name of the zone for texts that carry none; undefined is the zone of the process
 * @throws JavaException when the text does not match
 */
export function readDate(text: string, pattern: string, zone?: string): Date {
  const parts = patternParts(pattern);
  const fields: Fields = { year: 1970, month: 0, day: 1, hour: 0, minute: 0, second: 0, ms: 0 };
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    // Adjacent numbers share no separator: each but the last has exactly the width of its pattern.
    const isAdjacent = next !== undefined && "letter" in next && isNumber(part) && isNumber(next);
    const taken = take(text.slice(at), part, isAdjacent, fields);
    if (taken < 0) throw new JavaException("java.text.ParseException", `Unparseable date: "${text}"`);
    at += taken;
  }
  return assemble(fields, zone);
}

interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
  isPm?: boolean;
  hour12?: number;
  dayOfYear?: number;
  offset?: number;
  zone?: string;
}

const isNumber = (part: PatternPart): boolean =>
  "letter" in part && ("yYdDHkKhmsSuwWF".includes(part.letter) || ("ML".includes(part.letter) && part.count < 3));

/** Number of characters that the part took; -1 if it does not match. */
function take(rest: string, part: PatternPart, isAdjacent: boolean, fields: Fields): number {
  if ("text" in part) return takeText(rest, part.text);
  const { letter, count } = part;
  const blanks = /^[ \t]*/.exec(rest)![0].length;
  const here = rest.slice(blanks);
  const taken = isNumber(part) ? takeNumber(here, letter, count, isAdjacent, fields) : takeName(here, letter, fields);
  return taken < 0 ? -1 : blanks + taken;
}

function takeText(rest: string, text: string): number {
  return rest.startsWith(text) ? text.length : -1;
}

function takeNumber(rest: string, letter: string, count: number, isAdjacent: boolean, fields: Fields): number {
  const match = (isAdjacent ? new RegExp(`^\\d{${count}}`) : /^-?\d+/).exec(rest);
  if (match === null) return -1;
  const digits = match[0];
  const number = Number(digits);
  if (letter === "y" || letter === "Y") fields.year = count <= 2 && digits.length === 2 ? nearYear(number) : number;
  else if (letter === "M" || letter === "L") fields.month = number - 1;
  else if (letter === "d") fields.day = number;
  else if (letter === "D") fields.dayOfYear = number;
  else if (letter === "H") fields.hour = number;
  else if (letter === "k") fields.hour = number === 24 ? 0 : number;
  else if (letter === "K") fields.hour12 = number;
  else if (letter === "h") fields.hour12 = number === 12 ? 0 : number;
  else if (letter === "m") fields.minute = number;
  else if (letter === "s") fields.second = number;
  else if (letter === "S") fields.ms = number;
  return digits.length;
}

/** Two digits mean the year within 80 before and 20 after now. */
function nearYear(number: number): number {
  const now = new Date().getFullYear();
  const year = Math.floor((now - 80) / 100) * 100 + number;
  return year < now - 80 ? year + 100 : year;
}

function takeName(rest: string, letter: string, fields: Fields): number {
  switch (letter) {
    case "M":
    case "L":
      return oneOf(rest, monthNames, (index) => (fields.month = index));
    case "E":
      return oneOf(rest, dayNames, () => undefined);
    case "a":
      return oneOf(rest, ["AM", "PM"], (index) => (fields.isPm = index === 1));
    case "G":
      return oneOf(rest, ["AD", "BC"], (index) => {
        if (index === 1) fields.year = 1 - fields.year;
      });
    default:
      return takeZone(rest, letter, fields);
  }
}

function oneOf(rest: string, names: readonly string[], found: (index: number) => unknown): number {
  const lower = rest.toLowerCase();
  for (const cut of [Number.POSITIVE_INFINITY, 3]) {
    const index = names.findIndex((name) => lower.startsWith(name.slice(0, cut).toLowerCase()));
    if (index < 0) continue;
    found(index);
    return names[index]!.slice(0, cut).length;
  }
  return -1;
}

function takeZone(rest: string, letter: string, fields: Fields): number {
  const numeric = /^(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?/.exec(rest);
  if (numeric !== null) {
    fields.offset = (Number(numeric[2]) * 60 + Number(numeric[3] ?? 0)) * (numeric[1] === "-" ? -1 : 1);
    return numeric[0].length;
  }
  if (letter === "X") {
    if (rest[0] !== "Z") return -1;
    fields.offset = 0;
    return 1;
  }
  const named = /^[A-Za-z]+(?:\/[A-Za-z_]+)*/.exec(rest);
  if (named === null) return -1;
  const offset = abbreviations[named[0].toUpperCase()];
  if (offset === undefined) fields.zone = named[0];
  else fields.offset = offset * 60;
  return named[0].length;
}

const abbreviations: Record<string, number> = {
  UTC: 0,
  GMT: 0,
  WET: 0,
  WEST: 1,
  BST: 1,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  JST: 9,
  IST: 5.5,
};

function assemble(fields: Fields, zone: string | undefined): Date {
  const { year, minute, second, ms } = fields;
  const month = fields.dayOfYear === undefined ? fields.month : 0;
  const day = fields.dayOfYear ?? fields.day;
  const hour = fields.hour12 === undefined ? fields.hour : fields.hour12 + (fields.isPm ? 12 : 0);
  const wall = new Date(0);
  wall.setUTCFullYear(year, month, day);
  wall.setUTCHours(hour, minute, second, ms);
  if (fields.offset !== undefined) return new Date(wall.getTime() - fields.offset * 60_000);
  const place = zoneOf(fields.zone ?? zone);
  const guess = wall.getTime() - place.offsetAt(wall.getTime()) * 60_000;
  return new Date(wall.getTime() - place.offsetAt(guess) * 60_000);
}
