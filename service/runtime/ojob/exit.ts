import { world } from "../world.js";
import { engine } from "./engine.js";
import { outcomeOf } from "./index.js";
import { runShutdowns } from "./types/shutdown.js";

/** Ends the process at once with `code`, after the jobs and functions for the end. Does not return. */
export function exit(code: unknown = 0): never {
  const status = Number(code) || 0;
  const outcome = { ...outcomeOf(world.request), exitCode: status };
  runShutdowns();
  return world.host.process.exit(status, JSON.stringify(outcome));
}

/** The same without the jobs and functions for the end. */
export function forceExit(code: unknown = 0): never {
  engine.shutdowns.length = 0;
  return exit(code);
}

/** Has `fn` called at the end of the run; the last that was given is called first. */
export function addOnOpenAFShutdown(fn: () => void): void {
  engine.shutdowns.push(() => void fn());
}
