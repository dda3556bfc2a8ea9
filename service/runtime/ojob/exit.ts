import { outcomeText, world } from "../base/world.js";
import { engine } from "./engine.js";
import { outcomeOf } from "./index.js";
import { runShutdowns } from "./types/shutdown.js";

/**
 * Ends the process at once with `code`, after the jobs and functions for the end. Does not return.
 * @param force leaves those out
 */
export function exit(code: unknown = 0, force = false): never {
  const status = Number(code) || 0;
  const outcome = { ...outcomeOf(world.request), exitCode: status };
  if (force) engine.shutdowns.length = 0;
  else runShutdowns();
  return world.host.process.exit(status, outcomeText(outcome)!);
}

/** Has `fn` called at the end of the run; the last that was given is called first. */
export function addOnOpenAFShutdown(fn: () => void): void {
  engine.shutdowns.push(() => void fn());
}
