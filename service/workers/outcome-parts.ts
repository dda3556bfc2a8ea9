import type { JobError, RunOutcome } from "../runtime/base/host.js";

/** Characters of an outcome's JSON from which on its result is passed on unparsed. */
const LARGE = 16 * 1024;
/** Characters of one error text, and of all of a run. */
const MAX_OF_ONE = 64 * 1024;
const MAX_OF_ALL = 256 * 1024;

/** An outcome without its result. */
export type OutcomeRest = Omit<RunOutcome, "result">;

/**
 * Splits a large outcome in two parts, so that the node need not parse its result; cuts errors to a length that can be
 * shown. Undefined when it is small, or is none.
 * @param outcomeJson JSON of `RunOutcome`
 */
export function partsOf(outcomeJson: string): { rest: OutcomeRest; result: string } | undefined {
  if (outcomeJson.length <= LARGE) return undefined;
  const outcome = JSON.parse(outcomeJson) as Partial<RunOutcome> | null;
  if (typeof outcome?.result !== "string" || !Array.isArray(outcome.errors)) return undefined;
  const { result, ...rest } = outcome as RunOutcome;
  const budget = { left: MAX_OF_ALL };
  rest.errors = cutErrors(rest.errors, budget);
  if (rest.exception !== undefined) rest.exception.message = cut(String(rest.exception.message), budget);
  return { rest, result };
}

function cutErrors(errors: readonly JobError[], budget: { left: number }): JobError[] {
  const kept: JobError[] = [];
  for (const [index, error] of errors.entries()) {
    if (budget.left <= 0) {
      kept.push({ name: error.name, error: [`… and ${errors.length - index} more failed jobs`] });
      break;
    }
    const texts: string[] = [];
    for (const text of error.error) {
      if (budget.left <= 0) break;
      texts.push(cut(String(text), budget));
    }
    kept.push({ ...error, name: cut(String(error.name), budget), error: texts });
  }
  return kept;
}

function cut(text: string, budget: { left: number }): string {
  const most = Math.min(MAX_OF_ONE, Math.max(0, budget.left));
  budget.left -= Math.min(text.length, most) + 100;
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}
