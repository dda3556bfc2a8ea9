import { zoneOf } from "./time-zone.js";

/** A change of the clocks of a zone (summer time, or a new rule), as in Java's `ZoneOffsetTransition`. */
export interface Transition {
  previousDate: string;
  previousTime: string;
  afterDate: string;
  afterTime: string;
  /** The clocks go forward. */
  isGap: boolean;
  /** The clocks go back. */
  isOverlap: boolean;
  /** By how much, ms. */
  duration: number;
  epoch: number;
  date: Date;
}

const MINUTE_MS = 60_000;
/** Shorter than any time between two changes of use. */
const STEP_MS = 14 * 24 * 60 * MINUTE_MS;
/** Zones without summer time may have changed long ago; who looks further finds none. */
const MOST_STEPS = 26 * 60;

/** The last change before `ms` (direction -1) or the first after it (1); undefined when there is none within 60 years. */
export function transition(name: string, ms: number, direction: 1 | -1): Transition | undefined {
  const zone = zoneOf(name);
  let near = ms;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const far = near + direction * STEP_MS;
    if (zone.offsetAt(far) !== zone.offsetAt(near)) {
      const found = changeBetween(name, Math.min(near, far), Math.max(near, far));
      if (direction === 1 ? found > ms : found < ms) return described(name, found);
    }
    near = far;
  }
  return undefined;
}

/** The first minute with the later offset. */
function changeBetween(name: string, from: number, to: number): number {
  const zone = zoneOf(name);
  let early = Math.floor(from / MINUTE_MS);
  let late = Math.ceil(to / MINUTE_MS);
  const before = zone.offsetAt(early * MINUTE_MS);
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (zone.offsetAt(middle * MINUTE_MS) === before) early = middle;
    else late = middle;
  }
  return late * MINUTE_MS;
}

function described(name: string, ms: number): Transition {
  const zone = zoneOf(name);
  const before = zone.offsetAt(ms - MINUTE_MS);
  const after = zone.offsetAt(ms);
  const [previousDate, previousTime] = wall(ms, before);
  const [afterDate, afterTime] = wall(ms, after);
  const changed = { isGap: after > before, isOverlap: after < before, duration: (after - before) * MINUTE_MS };
  return { previousDate, previousTime, afterDate, afterTime, ...changed, epoch: ms, date: new Date(ms) };
}

/** Date and time as Java writes them: seconds only where there are some. */
function wall(ms: number, offsetMinutes: number): [string, string] {
  const [date, time] = new Date(ms + offsetMinutes * MINUTE_MS).toISOString().split("T") as [string, string];
  return [date, time.slice(6, 8) === "00" ? time.slice(0, 5) : time.slice(0, 8)];
}
