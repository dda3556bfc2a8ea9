import type { JobError, RunOutcome, RunRequest } from "../../base/host.js";
import { jobScope } from "../../base/job-scope.js";
import { pushAll } from "../../base/values/lists.js";
import { textOf } from "../../base/values/thrown.js";
import { outcomeText } from "../../base/world.js";
import { refusedEnv } from "../../lib/process/env-rules.js";
import { engine } from "../state/engine.js";

/** Outcome of the run so far. */
export function outcomeOf(request: RunRequest, exception?: RunOutcome["exception"]): RunOutcome {
  const outcome: RunOutcome = { result: "null", errors: jobErrors() };
  if (exception !== undefined) outcome.exception = exception;
  if (refusedEnv.size > 0) outcome.refusedEnv = [...refusedEnv];
  try {
    outcome.result = resultText(request.maxResult);
  } catch (error) {
    // A map that holds itself, or more than may be given back: the run has to say so.
    outcome.exception ??= { message: `the result can not be given back: ${textOf(error)}` };
  }
  return outcome;
}

function resultText(most: number | undefined): string {
  const text = outcomeText(jobScope.__pm) ?? "null";
  if (most !== undefined && most > 0 && text.length > most)
    throw new Error(`it has ${text.length} characters, more than the ${most} that MAXRESULT allows`);
  return text;
}

/** The jobs that failed, in the order in which they were first started; one that ran under several ids is one. */
function jobErrors(): JobError[] {
  const errors: JobError[] = [];
  for (const { name, error, log } of engine.logs.values()) {
    if (!error) continue;
    const texts = log.flatMap((one) => (one.error === undefined ? [] : [one.error]));
    const known = errors.find((one) => one.name === name);
    const at = engine.places.get(name);
    if (known !== undefined) pushAll(known.error, texts);
    else errors.push(at === undefined ? { name, error: texts } : { name, error: texts, at });
  }
  return errors;
}
