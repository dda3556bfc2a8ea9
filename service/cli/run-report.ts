import type { RunError, RunResult } from "../client/index.js";
import { exitCodes } from "./command.js";
import { colorsFor, printJson } from "./terminal.js";

/** Prints the result map of a run, and its errors on the standard error output. Returns the exit code. */
export function reportResult(command: string, { uuid, state, result, errors, exitCode }: RunResult): number {
  if (result !== undefined) printJson(result);
  reportErrors(command, errors);
  if (state !== "done") {
    process.stderr.write(`rojob ${command}: ${colorsFor("stderr").red(`run ${uuid} ended as ${state}`)}\n`);
  }
  return exitCodeOf(state === "done" && errors.length === 0, exitCode);
}

export function reportErrors(command: string, errors: readonly RunError[]): void {
  for (const { name, error, at } of errors) {
    for (const message of error) reportError(command, `job ${JSON.stringify(name)} failed: ${message}`, at);
  }
}

/** Prints the errors of a run, with their positions if known. */
export function reportError(command: string, message: string, at?: RunError["at"]): void {
  const place = at === undefined ? "" : ` (${at.file}:${at.line})`;
  process.stderr.write(`rojob ${command}: ${colorsFor("stderr").red(message)}${place}\n`);
}

/** The exit code of a run; the code that a job passed to `exit` comes first. */
export function exitCodeOf(hasSucceeded: boolean, exitCode = 0): number {
  return exitCode !== 0 ? exitCode : hasSucceeded ? exitCodes.ok : exitCodes.failed;
}
