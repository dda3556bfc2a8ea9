import { waitUntil } from "../../base/scheduler.js";
import { world } from "../../base/world.js";

/** Clocks and pauses. */

export const nowMs = (): number => world.host.clock.nowMs();

/** Waits `ms`; other tasks of the run go on meanwhile. */
export function sleep(ms: unknown): void {
  const time = Math.max(0, Number(ms) || 0);
  waitUntil(() => false, time, "the time");
}

export const nowE = () => Math.floor(nowMs() / 1000);

export const nowNano = () => world.host.clock.nowNano();

// The clock knows milliseconds; the text has the digits of nanoseconds.
export const nowNanoE = () => `${nowMs()}000000`;

export const nowTZ = () => nowMs() - new Date().getTimezoneOffset() * 1000;
