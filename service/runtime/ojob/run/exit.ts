import { outcomeText, world } from "../../base/world.js";
import { engine } from "../state/engine.js";
import { runShutdowns } from "../state/shutdowns.js";
import { outcomeOf } from "./outcome.js";

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
