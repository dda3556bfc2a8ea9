import { jobScope } from "../../base/job-scope.js";
import type { Steps } from "../../base/scheduler.js";
import { isMap } from "../../base/values/types.js";
import { clone, merge } from "../../lib/maps/merge.js";
import { store } from "../../lib/maps/store.js";
import { processArgs } from "../args/merge-args.js";
import { awaitAside } from "../jobs/aside.js";
import { runJob } from "../jobs/run-job.js";
import { stopPeriodic } from "../jobs/types/periodic.js";
import { loadDocument, loadFile } from "../load/load.js";
import { registerJob } from "../load/register.js";
import { findJob } from "../load/registry.js";
import { translateEntry } from "../load/shortcuts.js";
import { sortJobs } from "../load/sort-jobs.js";
import { addTodos } from "../load/todo.js";
import type { AnyMap, OJobDocument } from "../model/shapes.js";
import { runPolled } from "../modes/polled.js";
import { runSequential } from "../modes/sequential.js";
import { exposeChannels } from "../settings/channels.js";
import { startMetrics } from "../settings/metrics.js";
import { applySettings, mergeSettings } from "../settings/settings.js";
import { keepUnique } from "../settings/unique.js";
import { engine, freshId, replaceSettings } from "../state/engine.js";
import { boolean, flag, ownGlobal } from "../state/flags.js";
import { runDaemon, watchStall } from "./daemon.js";
import { isHelpShown } from "./help.js";

/** Settings of the run of a document. */
export interface RunHow {
  /** Suffix of the run id, which keeps its queue and log apart. */
  id?: string;
  /** A run inside a run that gives the settings back and does not end what goes on beside. */
  isSub?: boolean;
  /** Settings under those of the file. */
  options?: AnyMap;
}

/** Loads and runs a job file. */
export function* runFile(name: string, args: any, how: RunHow): Steps<void> {
  const settings = how.isSub ? clone(engine.settings) : undefined;
  try {
    engine.file = name;
    const document = loadFile(name);
    yield* runLoaded(document, args, how);
  } finally {
    if (settings !== undefined) replaceSettings(settings);
  }
}

/** Loads and runs a definition given as a map. It is not changed. */
export function* runMap(definition: OJobDocument, args: any, how: RunHow): Steps<void> {
  if (!store.has("res")) store.set("res", {});
  yield* runLoaded({ ...loadDocument(clone(definition)), help: undefined }, args, how);
}

/** Registers the jobs of a loaded document, queues its todo list and runs it. */
export function* runLoaded(document: OJobDocument, args: any, how: RunHow): Steps<void> {
  const input = Array.isArray(args) ? { _list: args } : args;
  const id = register(document, input, how);
  depth++;
  try {
    yield* start(input, id, how.isSub === true);
  } finally {
    depth--;
  }
}

/** Runs inside one another. */
let depth = 0;

function register(document: OJobDocument, input: any, how: RunHow): string {
  const section: AnyMap = merge(how.options ?? {}, document.ojob ?? {});
  mergeSettings(section);
  if (isMap(document.help) && Object.keys(document.help).length > 0) engine.help = document.help;
  // A run inside a run gets a queue of its own: it must not take the entries of the outer one.
  const id = how.id ?? (depth > 0 ? `|${freshId()}` : (engine.settings.id ?? ""));
  if (document.init !== undefined) engine.init = document.init;
  const jobs = document.jobs ?? [];
  for (const job of jobs) prepareJob(job);
  for (const job of sortJobs(jobs)) registerJob(job);
  addTodos(document.todo, input, id);
  applySettings(section);
  return String(id);
}

/** The other names of keys, and shortcuts in the lists of jobs whose code is taken over. */
function prepareJob(job: any): void {
  if (job.execFile !== undefined) job.typeArgs = { ...job.typeArgs, file: job.execFile };
  if (job.execRequire !== undefined) job.typeArgs = { ...job.typeArgs, execRequire: job.execRequire };
  for (const key of ["from", "to", "earlier", "then"])
    if (Array.isArray(job[key]) || isMap(job[key])) job[key] = [job[key]].flat().map(translateEntry);
  job.from ??= job.earlier;
  job.to ??= job.then;
  job.catch ??= job.onerror;
}

function* start(input: any, id: string, isSub: boolean): Steps<void> {
  const { settings } = engine;
  let args: AnyMap = input === undefined ? {} : processArgs(input, {}, id);
  if (engine.init !== undefined)
    args = merge(args, { init: settings.initTemplateEscape ? escaped(engine.init) : engine.init });
  if (settings.argsFromEnvs === true || flag("OJOB_ARGS_FROM_ENVS", false))
    args = processArgs(jobScope.getEnvs(), args, id);
  if (typeof settings.catch !== "string")
    settings.catch = typeof settings.onerror === "string" ? settings.onerror : undefined;
  jobScope.args = merge(ownGlobal("args"), args);
  jobScope.init = merge(ownGlobal("init"), engine.init);
  if (depth === 1 && !isSub) yield* beginProcess(args, id);
  if (settings.showHelp !== false && isHelpShown(args)) return;

  const stopWatch = watchStall();
  try {
    settings.sequential = boolean(settings.sequential, "sequential", flag("OJOB_SEQUENTIAL", true));
    const runTodos = (): Steps<void> => (settings.sequential ? runSequential(args, id) : runPolled(args, id));
    yield* runTodos();
    if (settings.daemon === true) yield* runDaemon(runTodos);
    if (!isSub) yield* awaitAside();
  } finally {
    stopWatch();
    if (!isSub) stopPeriodic();
  }
}

/** Applies settings that take effect once, before the first job of the outermost run. */
function* beginProcess(args: AnyMap, id: string): Steps<void> {
  const { unique, channels, metrics, debug } = engine.settings;
  if (isMap(unique)) yield* keepUnique(unique, args);
  if (channels?.expose || channels?.peers !== undefined) exposeChannels(channels);
  if (channels?.clusters !== undefined)
    jobScope.logErr("ojob.channels.clusters is ignored by the embedded engine: the node has its own cluster");
  if (metrics !== undefined) startMetrics(metrics);
  if (!debug) return;
  const job = findJob("ojob job debug");
  if (job === undefined) throw "ojob.debug needs the built-in jobs: ojob.includeOJob must not be false";
  yield* runJob(job, isMap(debug) ? clone(debug) : {}, id, { wait: true });
}

/** Protects the templates in init from being filled. */
function escaped(init: any): any {
  if (typeof init === "string") return init.replace(/\{(\{+)/g, "\\{$1");
  if (Array.isArray(init)) return init.map(escaped);
  if (!isMap(init)) return init;
  return Object.fromEntries(Object.entries(init).map(([key, value]) => [key, escaped(value)]));
}
