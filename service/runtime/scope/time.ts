import { waitUntil } from "../scheduler.js";
import { world } from "../world.js";

/** Clocks and pauses. */

const nowMs = (): number => world.host.clock.nowMs();

/** Waits `ms`; other tasks of the run go on meanwhile. */
export function sleep(ms: unknown): void {
  const time = Math.max(0, Number(ms) || 0);
  waitUntil(() => false, time, "the time");
}

export const scope = {
  sleep,
  "af.sleep": sleep,
  now: nowMs,
  nowUTC: nowMs,
  nowE: () => Math.floor(nowMs() / 1000),
  nowNano: () => world.host.clock.nowNano(),
  // The clock knows milliseconds; the text has the digits of nanoseconds.
  nowNanoE: () => `${nowMs()}000000`,
  nowTZ: () => nowMs() - new Date().getTimezoneOffset() * 1000,
};
