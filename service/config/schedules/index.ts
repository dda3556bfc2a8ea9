/**
 * The `schedules` of the config file: the fields of an entry (`fields.ts`), reading (`read-schedules.ts`), and the
 * times of a cron expression (`cron.ts`).
 */
export { CronTimes } from "./cron.js";
export { SCHEDULES_SECTION } from "./fields.js";
export { readSchedules } from "./read-schedules.js";
export type { Overlap, Schedule } from "./schedule.js";
