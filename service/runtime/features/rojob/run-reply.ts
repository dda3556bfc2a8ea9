import type { JobError } from "../../base/host.js";
import { isMap } from "../../base/values/types.js";
import { RoJobError } from "./node-api.js";

/** Reply of the node to a request for a run: its outcome, or only the uuid of an asynchronous run. */
export interface RunReply {
  uuid: string;
  state: string;
  result?: unknown;
  errors?: JobError[];
  /** The error that ended it from outside. */
  endedBy?: string;
}

/** Codes of the error table for the ways a run is ended from outside. */
const codes: Record<string, string> = {
  timeout: "run_timeout",
  killed: "run_killed",
  memory: "run_out_of_memory",
  crash: "run_crashed",
  result: "result_too_large",
};

/**
 * The result of a run as it is replied to clients: with `__errors` in the map when jobs failed, `{ uuid }` of a run that
 * is not waited for.
 * @throws RoJobError when it was ended from outside
 */
export function outcomeOf({ uuid, state, result, errors = [], endedBy }: RunReply): any {
  if (result === undefined) return { uuid };
  const end = endedBy ?? (state === "done" || state === "failed" ? undefined : "killed");
  if (end !== undefined) {
    const reason = errors.at(-1)?.error.at(-1) ?? state;
    throw new RoJobError(`Run ${uuid} was ended: ${reason}`, codes[end] ?? "run_crashed", 500);
  }
  if (errors.length === 0) return result;
  if (isMap(result)) return { ...result, __errors: errors };
  return result === null ? { __errors: errors } : { __pm: result, __errors: errors };
}

/**
 * Arguments as they arrive when they are sent in a query: numbers and truth values as texts, so that a job gets the same
 * the client that asks for it. Maps and lists, which no query could hold, stay what they are.
 */
export function argumentsOf(args: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      typeof value === "number" || typeof value === "boolean" ? String(value) : value,
    ]),
  );
}
