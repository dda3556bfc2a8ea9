import type { RunRecord } from "../model/record.js";

/** A job that failed: its name, its messages, and the place when it is known. */
export type RunError = RunRecord["errors"][number];

/** Result of an ended run. */
export interface RunResult {
  uuid: string;
  /** `done` when all went well. */
  state: "done" | "failed" | "killed" | "interrupted" | "expired";
  /** The map that the run left, or its replacement by a job; null or undefined when it left none. */
  result: unknown;
  /** One entry for each job that failed. */
  errors: RunError[];
  /** Code of `exit(code)`, when a job called it. */
  exitCode?: number;
  /** `acceptedAt` in ms since the epoch; the others durations in ms. */
  timings: { acceptedAt: number; waitMs: number; runMs: number };
}

/** Has this run ended? */
export function hasEnded({ state }: Pick<RunRecord, "state">): boolean {
  return state !== "accepted" && state !== "running";
}

/** Did it come to an end of its own, so that there is a result? */
export function hasResult({ state, endedBy }: RunRecord): boolean {
  return (state === "done" || state === "failed") && endedBy === undefined;
}

/** Turns the record of a run into the result of a waited-for run. */
export function resultOf(record: RunRecord, result: unknown): RunResult {
  const { uuid, state, errors, exitCode, acceptedAt, startedAt, endedAt } = record;
  const ended = endedAt ?? acceptedAt;
  const started = startedAt ?? ended;
  return {
    uuid,
    state: state as RunResult["state"],
    result: errors.length > 0 ? withoutErrors(result) : result,
    errors,
    ...(exitCode !== undefined && { exitCode }),
    timings: { acceptedAt, waitMs: started - acceptedAt, runMs: ended - started },
  };
}

/** Errors are reported once. */
function withoutErrors(result: unknown): unknown {
  if (typeof result !== "object" || result === null || Array.isArray(result)) return result;
  const { __errors, ...rest } = result as Record<string, unknown>;
  return rest;
}
