import { type ErrorDetails, ServiceError } from "../../base/errors.js";
import { isMapText, type JsonPieces, joinJson, openMap } from "../../base/json/json-text.js";
import type { RunEnd, RunReply } from "../../model/run.js";
import type { Documents } from "../body/documents.js";
import type { HttpConfig } from "../options.js";

/**
 * The reply of the compatibility routes for the result of a run, JSON text.
 *
 * A run that ended by itself has a result, also if some of its jobs failed or it called `exit`. With SHOWERRORS the reply has the
 * errors as `__errors`, each with the job's name, its texts and, if known, `at` (file and line of the oJob). They are added to
 * the result map. If the job replaced the map by another value, the reply is a map with that value as `__pm`; if there is no
 * result, the reply has only the errors. Without errors the reply is the unchanged result.
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
  // The job may have set `__errors` itself; the key must not occur twice.
  if (result.includes('"__errors"')) return documents.resultWithErrors(result, errors);
  return result === "{}" ? `{"__errors":${errors}}` : joinJson(openMap(result), `,"__errors":${errors}}`);
}

/** A result, JSON of a map, with `__errors` set or replaced. @param errors JSON */
export function withErrors(result: string, errors: string): string {
  return JSON.stringify({ ...JSON.parse(result), __errors: JSON.parse(errors) });
}

/**
 * The refusal for a run that was ended from outside and so has no result: 504 after its time limit, 500 when it was killed, ran
 * out of memory, lost its worker or its result was too large. Undefined when the run has a result.
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
