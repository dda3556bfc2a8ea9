import { leftPad } from "../text/pad.js";

/** `ow.format`: a length of time in words (`1 hour, 2 minutes`). */

/** Format of the text. */
interface ElapsedOptions {
  /** `1h2m` instead of words. */
  abrev?: boolean;
  /** Numbers only, with colons. */
  colon?: boolean;
  sep?: string;
  /** Also parts that are zero. */
  full?: boolean;
  pad?: boolean;
  /** Parts counted from the year. */
  maxLeft?: number;
  /** Parts counted from the ms, not counting themselves. */
  maxRight?: number;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const month = 30 * day;
const year = 365 * day;

/** Each part: its name, its letter, its size, what it is the rest of, and its width when padded. */
const parts: [name: string, letter: string, size: number, within: number, width: number][] = [
  ["year", "y", year, Number.POSITIVE_INFINITY, 0],
  ["month", "M", month, year, 2],
  ["day", "d", day, month, 2],
  ["hour", "h", hour, day, 2],
  ["minute", "m", minute, hour, 2],
  ["second", "s", second, minute, 2],
  ["ms", "ms", 1, second, 3],
];

/** @param ms length in ms; negative ones have no words */
export function elapsedTime4ms(ms: number, options: ElapsedOptions = {}): string {
  if (ms === 0) return "~0 ms";
  if (ms < 1) return ">1 ms";
  const { abrev, colon, full, pad, maxLeft = 7, maxRight = 7 } = options;
  const texts: string[] = [];
  for (const [index, [name, letter, size, within, width]] of parts.entries()) {
    const count = Math.floor((within === Number.POSITIVE_INFINITY ? ms : ms % within) / size);
    if ((count === 0 && !full) || index >= maxLeft || parts.length - 1 - index > maxRight) continue;
    const number = pad ? leftPad(String(count), Math.max(width, String(count).length)) : String(count);
    if (colon) texts.push(number);
    else if (abrev) texts.push(number + letter);
    else texts.push(`${number} ${name}${count === 1 || name === "ms" ? "" : "s"}`);
  }
  return texts.join(options.sep ?? (colon ? ":" : abrev ? "" : ", "));
}

export const elapsedTime = (start: number, end: number, options?: ElapsedOptions) =>
  elapsedTime4ms(Number(end) - Number(start), options);
