/** Time zones by the names Java takes: IANA names, `UTC`, `GMT+2`, `GMT-03:30`. Undefined is the zone of the process. */
export interface Zone {
  /** Minutes east of Greenwich at that time (ms since the epoch). */
  offsetAt(ms: number): number;
  shortName(ms: number): string;
  longName(ms: number): string;
}

const known = new Map<string, Zone>();

/** An unknown name is Greenwich, as in Java. */
export function zoneOf(name: string | undefined): Zone {
  if (name === undefined) return local;
  let zone = known.get(name);
  if (zone === undefined) known.set(name, (zone = makeZone(name)));
  return zone;
}

function makeZone(name: string): Zone {
  if (/^(UTC|Z|Zulu|Etc\/UTC|Universal)$/i.test(name)) return fixed(0, "UTC", "Coordinated Universal Time");
  const custom = /^GMT([+-])(\d{1,2}):?(\d{2})?$/.exec(name);
  if (custom !== null) {
    const minutes = (Number(custom[2]) * 60 + Number(custom[3] ?? 0)) * (custom[1] === "-" ? -1 : 1);
    return fixed(minutes, `GMT${clockOffset(minutes, ":")}`);
  }
  return supports(name) ? named(name) : fixed(0, "GMT", "Greenwich Mean Time");
}

function supports(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const fixed = (minutes: number, shortName: string, longName = shortName): Zone => ({
  offsetAt: () => minutes,
  shortName: () => shortName,
  longName: () => longName,
});

function named(timeZone: string): Zone {
  const fields = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return {
    offsetAt(ms) {
      const part: Record<string, number> = {};
      for (const { type, value } of fields.formatToParts(ms)) part[type] = Number(value);
      const wall = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
      return Math.round((wall - Math.floor(ms / 1000) * 1000) / 60_000);
    },
    shortName: (ms) => shortName(timeZone, ms),
    longName: (ms) => nameIn("en-US", timeZone, ms, "long"),
  };
}

const local: Zone = {
  offsetAt: (ms) => -new Date(ms).getTimezoneOffset(),
  shortName: (ms) => zoneOf(localName()).shortName(ms),
  longName: (ms) => zoneOf(localName()).longName(ms),
};

const localName = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Short names Java has and no English of ICU, of zones without summer time. */
const javaNames: Record<string, string> = {
  "Asia/Dubai": "GST",
  "Asia/Hong_Kong": "HKT",
  "Asia/Karachi": "PKT",
  "Asia/Seoul": "KST",
  "Asia/Shanghai": "CST",
  "Asia/Singapore": "SGT",
  "Asia/Tokyo": "JST",
  "Europe/Moscow": "MSK",
};

/** Which English knows a short name depends on where it is spoken. */
function shortName(timeZone: string, ms: number): string {
  const own = javaNames[timeZone];
  if (own !== undefined) return own;
  for (const language of ["en-US", "en-GB", "en-AU", "en-IN", "en-ZA", "en-NZ"]) {
    const name = nameIn(language, timeZone, ms, "short");
    // In winter Lisbon is "GMT" to the English of some versions of ICU, and "GMT+0" to that of others.
    if (!/^(GMT|UTC)([+-]|$)/.test(name)) return name;
  }
  return nameIn("en-US", timeZone, ms, "short");
}

function nameIn(language: string, timeZone: string, ms: number, timeZoneName: "short" | "long"): string {
  const parts = new Intl.DateTimeFormat(language, { timeZone, timeZoneName }).formatToParts(ms);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? timeZone;
}

/** `+0130` or `+01:30`. */
export function clockOffset(minutes: number, separator: string): string {
  const positive = Math.abs(minutes);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(positive / 60))}${separator}${two(positive % 60)}`;
}
