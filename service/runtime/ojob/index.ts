/**
 * The oJob engine: one file a feature of the language. A document is loaded, its jobs are composed and registered and its
 * todo list is queued (`load/`); a mode (`modes/`) takes the entries in turn, each of which runs a job (`jobs/`).
 */
import type { RunOutcome, RunRequest } from "../base/host.js";
import { jobScope } from "../base/job-scope.js";
import { runSteps, type Steps } from "../base/scheduler.js";
import { textOf } from "../base/values/thrown.js";
import { rojobOf } from "../features/rojob/index.js";
import { store } from "../lib/maps/store.js";
import { placeOf } from "./code/errors.js";
import { parseOJob } from "./load/document.js";
import { loadNamed } from "./load/load.js";
import { outcomeOf } from "./run/outcome.js";
import { type RunHow, runLoaded } from "./run/run.js";
import { engine } from "./state/engine.js";
import { runShutdowns } from "./state/shutdowns.js";

/** Runs one oJob in this environment, to its end. */
export function runOJob(request: RunRequest): RunOutcome {
  jobScope.__pm = request.pmFromArgs ? { ...request.args } : {};
  if (request.rojob !== undefined) jobScope.ROJOB = rojobOf(request);
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
