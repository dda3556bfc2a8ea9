import { jobScope } from "../../base/job-scope.js";
import { runSteps, type Steps } from "../../base/scheduler.js";
import { world } from "../../base/world.js";
import { $do } from "../../features/promises/promises.js";
import { clone, merge } from "../../lib/maps/merge.js";
import { $get, $set, $unset } from "../../lib/maps/store.js";
import { NotNow, runJob } from "../jobs/run-job.js";
import { findJob } from "../load/registry.js";
import { translatedCopy } from "../load/shortcuts.js";
import type { AnyMap, Job } from "../model/shapes.js";
import { engine } from "../state/engine.js";
import { runFile, runMap } from "./run.js";

/** Jobs and files run from job code. They look synchronous: what runs beside them goes on while they wait. */

/**
 * Runs a job now and waits for it.
 * @param job name, map or shortcut map
 * @param isolate starts from an empty `res` and gives what the job put out
 * @returns its result: the args it left, `true` when it failed or has none, `false` when its deps are not met
 */
export function $job(job: any, args?: any, id?: string, isolate = false): any {
  const run = id ?? `|${world.host.bytes.uuid()}`;
  if (!isolate) return oJobRunJob(job, args, run, true);
  $set("res", {});
  if (!oJobRunJob(job, merge(args, { __format: "key", __key: run }), run, true)) return undefined;
  const result = $get(run);
  $unset(run);
  return result;
}

/**
 * Runs a job. Without `wantsResult` it goes on beside the caller.
 * @param job name, or a map that is put over the registered job of its name
 * @returns with `wantsResult` its result, else `true`; `false` when its deps are not met
 * @throws text when the name is not known
 */
export function oJobRunJob(job: any, args?: any, id?: string, wantsResult = false): any {
  return runSteps(jobSteps(job, args, id, wantsResult));
}

/** The same for code that waits in steps. */
export function* jobSteps(job: any, args?: any, id?: string, wantsResult = false): Steps<any> {
  const entry = translatedCopy(job);
  const name = typeof entry === "string" ? entry : entry?.name;
  const registered = findJob(name);
  if (typeof entry === "string" && registered === undefined) throw `Job '${name}' not found.`;
  const target = typeof entry === "string" ? registered! : completed(registered, entry);
  const result = yield* runJob(target, args, id ?? "", { wait: wantsResult });
  if (result instanceof NotNow) return false;
  return wantsResult ? result : true;
}

export function oJobRunJobAsync(job: any, args?: any, id?: string): unknown {
  return $do(() => {
    oJobRunJob(job, args, id, true);
    return true;
  });
}

/** A job as a map: over the registered one of its name, without changing that, or by itself. */
function completed(registered: Job | undefined, entry: AnyMap): Job {
  const base = registered ?? { type: "simple", typeArgs: {}, args: {}, deps: [], each: [], exec: "" };
  return merge(clone(base), entry);
}

/** Runs a definition given as a map, in the same registry, and waits for it. */
export function oJobRun(definition: any, args?: any, id?: string): void {
  runSteps(runMap(definition, args, { id }));
}

/** Runs a job file and waits for it. `options` are settings under those of the file. */
export function oJobRunFile(file: string, args?: any, id?: string, options?: AnyMap, isSub = false): void {
  runSteps(fileSteps(file, args, id, options, isSub));
}

/** The same for code that waits in steps. */
export function* fileSteps(file: string, args?: any, id?: string, options?: AnyMap, isSub = false): Steps<void> {
  const help = engine.help;
  $set("res", {});
  engine.help = undefined;
  try {
    yield* runFile(String(file), args, { id, isSub, options: options ?? { shareArgs: false } });
  } finally {
    engine.help = help;
  }
}

export function oJobRunFileAsync(file: string, args?: any, id?: string, options?: AnyMap, isSub = false): unknown {
  return $do(() => oJobRunFile(file, args, id, options, isSub));
}

/**
 * Runs a file and gives what it put out: `__pm._list`, `__pm._map` or `__pm.result`.
 * @param viaOutput gives the result of its last output instead, and leaves `__pm` as it is
 */
export function oJob(file: string, args?: any, id?: string, options?: AnyMap, viaOutput = false): any {
  if (viaOutput) return outputOf(file, args, id, options);
  for (const key of outputs) if (jobScope.__pm?.[key] !== undefined) jobScope.__pm[key] = undefined;
  oJobRunFile(file, merge({ __format: "pm" }, args), id, options);
  const key = outputs.find((one) => jobScope.__pm?.[one] !== undefined);
  return key === undefined ? undefined : jobScope.__pm[key];
}

const outputs = ["_list", "_map", "result"];

function outputOf(file: string, args: any, id: string | undefined, options: AnyMap | undefined): any {
  const key = world.host.bytes.uuid();
  oJobRunFile(file, merge(args, { __format: "key", __key: key }), id, options);
  const result = $get(key);
  $unset(key);
  for (const own of ["__format", "__key", "init"]) if (result !== undefined) delete result[own];
  return result;
}
