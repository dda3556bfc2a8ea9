import prettyMilliseconds from "pretty-ms";

/** A duration as a readable text: `340ms`, `2.5s`, `3m 5s`, `4d 2h`. */
export function durationText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)}ms` : prettyMilliseconds(ms, { unitCount: 2, secondsDecimalDigits: 1 });
}

/** The age of a time (ms since the epoch), as text. */
export function agoText(at: number | undefined, now = Date.now()): string {
  if (at === undefined) return "-";
  return now - at < 1000 ? "now" : `${prettyMilliseconds(now - at, { compact: true })} ago`;
}

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads a point in time: a date of ISO 8601, or its age as `90s`, `15m`, `2h`, `1d`.
 * @returns ms since the epoch; undefined when it is neither
 */
export function readTime(text: string, now = Date.now()): number | undefined {
  const [, number, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (number !== undefined) return now - Number(number) * UNITS[unit!]!;
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
