/**
 * The oJob engine: one file a feature of the language. A document is loaded (`load.ts`), its jobs are composed and
 * registered (`register.ts`), its todo list is queued (`todo.ts`) and run (`modes/`).
 */
import type { JobError, RunOutcome, RunRequest } from "../base/host.js";
import { runSteps, type Steps } from "../base/scheduler.js";
import { globals, outcomeText } from "../base/world.js";
import { rojobOf } from "../features/rojob/index.js";
import { store } from "../lib/maps/store.js";
import { parseOJob } from "./document.js";
import { engine } from "./engine.js";
import { placeOf, textOf } from "./errors.js";
import { loadNamed } from "./load.js";
import { type RunHow, runLoaded } from "./run.js";
import { runShutdowns } from "./types/shutdown.js";

/** Runs one oJob in this environment, to its end. */
export function runOJob(request: RunRequest): RunOutcome {
  globals.__pm = request.pmFromArgs ? { ...request.args } : {};
  if (request.rojob !== undefined) globals.ROJOB = rojobOf(request);
  let exception: RunOutcome["exception"];
  try {
    runSteps(runRequest(request));
  } catch (error) {
    exception = { message: textOf(error), at: placeOf(error) };
  }
  const outcome = outcomeOf(request, exception);
  runShutdowns();
  return outcome;
}

function* runRequest(request: RunRequest): Steps<void> {
  store.set("res", {});
  engine.file = request.file;
  const document = parseOJob(request.text, request.file);
  if (document === undefined) return;
  const how: RunHow = { options: { shareArgs: request.shareArgs } };
  yield* runLoaded(loadNamed(request.file, request.file, document), request.args, how);
}

/** What the run has come to so far. */
export function outcomeOf(request: RunRequest, exception?: RunOutcome["exception"]): RunOutcome {
  const outcome: RunOutcome = { result: "null", errors: jobErrors() };
  if (exception !== undefined) outcome.exception = exception;
  if (engine.refusedEnv.size > 0) outcome.refusedEnv = [...engine.refusedEnv];
  try {
    outcome.result = resultText(request.maxResult);
  } catch (error) {
    // A map that holds itself, or more than may be given back: the run has to say so.
    outcome.exception ??= { message: `the result can not be given back: ${textOf(error)}` };
  }
  return outcome;
}

function resultText(most: number | undefined): string {
  const text = outcomeText(globals.__pm) ?? "null";
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
    if (known !== undefined) known.error.push(...texts);
    else errors.push(at === undefined ? { name, error: texts } : { name, error: texts, at });
  }
  return errors;
}
