import { jobScope } from "../../base/job-scope.js";
import { runSteps } from "../../base/scheduler.js";
import { NotNow, runJob } from "../jobs/run-job.js";
import { registerJob } from "../load/register.js";
import { findJob } from "../load/registry.js";
import type { AnyMap, Job, JobDefinition } from "../model/shapes.js";
import { engine } from "../state/engine.js";

/** The functions of `ow.oJob` beyond running: the registry, the queue and the metrics. */

/** Puts a definition in the registry as it is: nothing is composed anew. */
export function setJob(key: { name: string } | string, job: Job): void {
  engine.jobs.set(nameOf(key), job);
}

export function removeJob(key: { name: string } | string): void {
  engine.jobs.delete(nameOf(key));
}

function nameOf(key: { name: string } | string): string {
  return typeof key === "string" ? key : String(key.name);
}

/** Registers a job from its parts, in the order OpenAF has them; the first, its channel, is always the engine's own. */
export function addJob(_channel: unknown, ...parts: any[]): void {
  const [name, deps, type, typeArgs, args, exec, from, to, help, onError, each, lang, file, check] = parts;
  const definition: JobDefinition = {
    name,
    deps,
    type,
    typeArgs,
    args,
    exec,
    from,
    to,
    help,
    catch: onError,
    each,
    lang,
    file,
    check,
  };
  registerJob(definition);
}

/** Runs a registered job. @returns `false` when its deps are not met */
export function runRegistered(job: Job, args?: any, id = "", sync = false, wantsResult = false): any {
  const steps = (function* () {
    const result = yield* runJob(job, args, id, { wait: sync });
    return result instanceof NotNow ? false : wantsResult ? result : true;
  })();
  return runSteps(steps);
}

export function getMetric(id: string): any {
  return engine.metrics.get(String(id));
}

/** Keeps a metric; a map gets its id and, by its `type`, becomes part of the metrics of the process. */
export function setMetric(id: string, metric: any): void {
  if (typeof metric === "object" && metric !== null) metric.id = id;
  engine.metrics.set(String(id), metric);
  if (typeof metric?.type === "string") jobScope.ow.metrics.add(metric.type, getMetrics(metric.type));
}

/** A function that gives the metrics of one type. */
export function getMetrics(type: string): () => AnyMap[] {
  return () =>
    [...engine.metrics.values()].filter((metric) => metric?.type === type).map(({ type: _type, ...rest }) => rest);
}

/** The registered job of that name: changing it changes what runs. */
export function getJob(name: string): Job | undefined {
  return findJob(name);
}
