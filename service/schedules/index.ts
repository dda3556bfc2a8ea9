/**
 * Jobs that run at given times (`schedules` of the config file): `schedules.ts` waits for their ticks, `tick.ts` makes
 * a run of one, `last-tick.ts` stores the last ticks, so that nodes on one work folder run each tick once.
 */
export { Schedules, type SchedulesOptions } from "./schedules.js";
