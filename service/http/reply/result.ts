import { type ErrorDetails, ServiceError } from "../../base/errors.js";
import { isMapText, type JsonPieces, joinJson, openMap } from "../../base/json/json-text.js";
import type { RunEnd, RunReply } from "../../model/run.js";
import type { Documents } from "../body/documents.js";
import type { HttpConfig } from "../options.js";

/**
 * The result of a run as the compatibility routes reply it, JSON text.
 *
 * A run that came to its own end has a result, also when jobs of it failed or it called `exit`. With SHOWERRORS the
 * failures stand beside it as `__errors`, each with the job's name, its texts and, where it is known, `at` (file, line of
 * the oJob): in the map itself; when the job replaced its map by something else, in a map
 * that holds that as `__pm`; alone when there is no result at all. Without failures the result is what the job left.
 */
export async function compatResult(
  run: RunReply,
  showErrors: boolean,
  documents: Pick<Documents, "resultWithErrors">,
): Promise<JsonPieces> {
  const { result } = run;
  if (run.errors.length === 0 || !showErrors) return result;
  const errors = JSON.stringify(run.errors);
  if (!isMapText(result))
    return result === "null" ? `{"__errors":${errors}}` : joinJson(`{"__pm":`, result, `,"__errors":${errors}}`);
  // The job may have an `__errors` of its own, which must not stand there twice.
  if (result.includes('"__errors"')) return documents.resultWithErrors(result, errors);
  return result === "{}" ? `{"__errors":${errors}}` : joinJson(openMap(result), `,"__errors":${errors}}`);
}

/** A result, JSON of a map, with `__errors` over its own. @param errors JSON */
export function withErrors(result: string, errors: string): string {
  return JSON.stringify({ ...JSON.parse(result), __errors: JSON.parse(errors) });
}

/**
 * The refusal that stands for a run that was ended from outside and so has no result: 504 after its time was over, 500
 * when it was killed, ran out of memory, lost its worker or made too large a result. Undefined when it has one.
 */
export function lostRun(run: RunReply, { SHOWERRORS, MAXRESULT }: HttpConfig): ServiceError | undefined {
  const end = run.endedBy ?? impliedEnd(run);
  if (end === undefined) return undefined;
  const { uuid } = run;
  const details: ErrorDetails = { uuid, errors: SHOWERRORS ? run.errors : undefined };
  const reason = (SHOWERRORS && run.errors.at(-1)?.error.at(-1)) || "see the log of the node";
  switch (end) {
    case "timeout":
      return new ServiceError("run_timeout", { uuid, reason }, details);
    case "killed":
      return new ServiceError("run_killed", { uuid, reason }, details);
    case "memory":
      return new ServiceError("run_out_of_memory", { uuid, reason }, details);
    case "crash":
      return new ServiceError("run_crashed", { uuid, reason }, details);
    case "result":
      return new ServiceError("result_too_large", { uuid, limit: MAXRESULT }, details);
  }
}

function impliedEnd({ state }: RunReply): RunEnd | undefined {
  if (state === "killed") return "killed";
  return state === "interrupted" ? "crash" : undefined;
}
