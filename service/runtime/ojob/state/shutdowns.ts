import { jobScope } from "../../base/job-scope.js";
import { textOf } from "../../base/values/thrown.js";
import { engine } from "./engine.js";

/** Has `fn` called at the end of the run; the last that was given is called first. */
export function addOnOpenAFShutdown(fn: () => void): void {
  engine.shutdowns.push(() => void fn());
}

/** Runs what is registered for the end, the last first, each once. An error in one is logged and does not stop the others. */
export function runShutdowns(): void {
  for (let next = engine.shutdowns.pop(); next !== undefined; next = engine.shutdowns.pop()) {
    try {
      next();
    } catch (error) {
      jobScope.logErr(`shutdown: ${textOf(error)}`);
    }
  }
}
