import { ServiceError } from "../../base/errors.js";
import { readArgs } from "../../catalog/ojob-source.js";
import { expectedNumber, isWholeNumber, safeName, type WholeNumberKey } from "../../catalog/rojob-section.js";
import { isMap } from "../../catalog/values.js";
import type { RunSettings } from "../../model/runs.js";
import { readFields, refuseField } from "./fields.js";

export const RUNS_ROUTE = "/v1/runs";
const FIELDS = ["ojob", "run", "args", "timeoutMs", "async", "name", "priority", "retries", "callbackUrl"];

/** Body of `POST /v1/runs`. */
export interface RunRequest {
  /** Text of the oJob, unless there is `run`. */
  ojob?: string;
  /** Path of an oJob below the run folder. */
  run?: string;
  args: Record<string, unknown>;
  /** They override those of the oJob. */
  settings: Partial<RunSettings>;
}

/**
 * Reads the body of `POST /v1/runs`.
 * @param isRunOnly RUNONLY: refuses posted oJobs
 * @throws ServiceError those of `readFields` and `readArgs`, `run_only`
 */
export function readRunRequest(body: unknown, isRunOnly: boolean): RunRequest {
  const fields = readFields(body, RUNS_ROUTE, "a JSON map with 'ojob' or 'run'", FIELDS);
  const { ojob, run } = fields;
  const read = { args: readArgs(fields.args, "request"), settings: readSettings(fields) };
  if (run !== undefined) {
    if (ojob !== undefined) return refuseField("ojob", ojob, "left out when 'run' is given");
    if (typeof run !== "string" || run === "") return refuseField("run", run, "the path of a job below the run folder");
    return { run, ...read };
  }
  if (!isMap(ojob) && (typeof ojob !== "string" || ojob.trim() === "")) {
    return refuseField("ojob", ojob, "an oJob, as text or as map, unless 'run' is given");
  }
  if (isRunOnly) throw new ServiceError("run_only", { route: `${RUNS_ROUTE} with 'ojob'` });
  return { ojob: typeof ojob === "string" ? ojob : JSON.stringify(ojob), ...read };
}

function readSettings(fields: Record<string, unknown>): Partial<RunSettings> {
  const { async, name, callbackUrl } = fields;
  if (async !== undefined && typeof async !== "boolean") return refuseField("async", async, "true or false");
  if (name !== undefined && (typeof name !== "string" || name === "")) return refuseField("name", name, "a text");
  if (callbackUrl !== undefined && !isHttpUrl(callbackUrl)) {
    return refuseField("callbackUrl", callbackUrl, "an http or https URL of at most 2000 characters");
  }
  const number = (key: WholeNumberKey): number | undefined => {
    const value = fields[key];
    return value === undefined || isWholeNumber(key, value) ? value : refuseField(key, value, expectedNumber(key));
  };
  const read: Partial<RunSettings> = {
    async,
    name: name === undefined ? undefined : safeName(name),
    timeoutMs: number("timeoutMs"),
    priority: number("priority"),
    retries: number("retries"),
    callbackUrl,
  };
  // An absent field must not override the oJob.
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

/** Longest URL of a callback, characters: it is stored with the run's record. */
const LONGEST_URL = 2000;

function isHttpUrl(value: unknown): value is string {
  if (typeof value !== "string" || value.length > LONGEST_URL) return false;
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
