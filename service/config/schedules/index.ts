/**
 * The `schedules` of the config file: what an entry may say (`fields.ts`), reading them (`read-schedules.ts`), and when a cron
 * expression is due (`cron.ts`).
 */
export { CronTimes } from "./cron.js";
export { SCHEDULES_SECTION } from "./fields.js";
export { readSchedules } from "./read-schedules.js";
export type { Overlap, Schedule } from "./schedule.js";
