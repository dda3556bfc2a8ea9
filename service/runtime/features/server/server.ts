import { processExpr } from "../../lib/maps/split.js";
import { makeScheduler } from "../schedules/scheduler.js";

/** The rest of `ow.server`: locks, queues, schedules, logins, pid files, telemetry. */

/** Gives each word of the arguments, cut at `=`, to `use`. */
export function processArguments(use: (words: unknown[]) => void): void {
  const given = processExpr();
  for (const name of Object.keys(given)) use(given[name] === "" ? [name] : [name, given[name]]);
}

/** With and without `new`. */
export const scheduler = function scheduler() {
  return makeScheduler();
};
