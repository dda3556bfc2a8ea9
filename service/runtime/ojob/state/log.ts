import { jobScope } from "../../base/job-scope.js";
import { world } from "../../base/world.js";
import type { AnyMap, JobLog } from "../model/shapes.js";
import { engine, freshId } from "./engine.js";
import { flag } from "./flags.js";

const WIDTH = 100;
/** Jobs that are never logged, unless `__flags.OJOB_JOBSIGNORELOG` names others. */
const UNTOLD = ["oJob Log", "ojob run"];

/** The log of a job under an id of the run; undefined when it never came near running. */
export function logOf(name: string, id: string): JobLog | undefined {
  return engine.logs.get(keyOf(name, id));
}

/** Takes an execution that nobody will ask for out of the log. */
export function forgetLog(name: string, id: string): void {
  engine.logs.delete(keyOf(name, id));
}

/** Notes the start of a job. @returns the id of this execution */
export function logStart(name: string, id: string, args: any, typeArgs: AnyMap): string {
  const entry = open(name, id);
  const execId = `${world.request.uuid}-${freshId()}`;
  entry.start = true;
  entry.deps = true;
  entry.log.push({ id: execId, startTime: entry.lastModify });
  const isFirst = !entry.error && !entry.success;
  keep(entry);
  if (isFirst) logJob(entry, "STARTED", args, typeArgs);
  return execId;
}

export function logSuccess(name: string, id: string, execId: string, args: any, typeArgs: AnyMap): void {
  const entry = open(name, id);
  entry.success = true;
  end(entry, execId);
  logJob(entry, "SUCCESS", args, typeArgs);
}

export function logError(
  name: string,
  id: string,
  execId: string | undefined,
  args: any,
  text: string,
  typeArgs: AnyMap,
): void {
  const entry = open(name, id);
  entry.error = true;
  entry.start = true;
  if (execId === undefined) {
    execId = `${world.request.uuid}-${freshId()}`;
    entry.log.push({ id: execId, startTime: entry.lastModify });
  }
  end(entry, execId, text);
  logJob(entry, "ERROR", args, typeArgs);
}

/** Notes that the deps of a job are not met. */
export function logDepsFail(name: string, id: string): JobLog {
  const entry = open(name, id);
  entry.deps = false;
  entry.firstDepsCheck ??= entry.lastModify;
  return entry;
}

function keyOf(name: string, id: string): string {
  return `${engine.id}${id}\0${name}`;
}

function open(name: string, id: string): JobLog {
  const key = keyOf(name, id);
  const nowMs = world.host.clock.nowMs();
  let entry = engine.logs.get(key);
  if (entry === undefined) {
    const counters = { start: false, error: false, success: false, deps: false, count: 0, totalTime: 0, avgTime: 0 };
    entry = { ojobId: engine.id + id, name, ...counters, createDate: nowMs, lastModify: nowMs, log: [] };
    engine.logs.set(key, entry);
  }
  entry.lastModify = nowMs;
  return entry;
}

function end(entry: JobLog, execId: string, error?: string): void {
  entry.count++;
  const execution = entry.log.find((one) => one.id === execId);
  if (execution !== undefined) {
    execution.endTime = entry.lastModify;
    if (error !== undefined) execution.error = error;
    entry.totalTime += execution.endTime - execution.startTime;
    entry.avgTime = entry.totalTime / entry.count;
  }
  keep(entry);
}

/** Only the last executions are kept. */
function keep(entry: JobLog): void {
  const limit = engine.settings.logLimit ?? 3;
  while (entry.log.length > limit) entry.log.shift();
}

const signs = { STARTED: ">>", SUCCESS: "<<", ERROR: "!!" };
const fillers = { STARTED: "-", SUCCESS: "=", ERROR: "*" };

/** The line of a job on standard error (or output, by `__flags.OJOB_CONSOLE_STDERR`). */
function logJob(entry: JobLog, status: keyof typeof signs, args: any, typeArgs: AnyMap): void {
  const settings = engine.settings;
  if (flag("OJOB_JOBSIGNORELOG", UNTOLD).includes(entry.name)) return;
  const isShown = settings.ignoreNoLog === true || typeArgs?.noLog !== true;
  const isToConsole = settings.logToConsole ?? !world.request.quiet;
  if (status !== "ERROR" && settings.logOJob !== true && !isToConsole) return;
  const title = `[${entry.name}] | ${world.host.process.pid()} | ${status}`;
  if (settings.logOJob === true && isShown && status !== "ERROR") jobScope.log(title);
  if (!isShown || !isToConsole) {
    // An error is logged even if the lines of jobs are off.
    if (status === "ERROR") jobScope.logErr(`${title}: ${lastError(entry)}`);
    return;
  }
  const time = new Date(entry.lastModify).toISOString().replace(/[TZ]/g, " ").trim();
  const width = settings.conWidth ?? WIDTH;
  const line = `${signs[status]} ${title} ${fillers[status].repeat(Math.max(3, width - title.length - time.length - 5))} ${time}\n`;
  const shownArgs = settings.logArgs === true ? `${argsLine(entry.name, args)}\n` : "";
  let text = shownArgs + line;
  if (status !== "STARTED") text = `\n${text}`;
  if (status === "ERROR") text += `${lastError(entry)}\n`;
  world.host.output.write(flag("OJOB_CONSOLE_STDERR", true) ? 2 : 1, text);
}

function lastError(entry: JobLog): string {
  const place = engine.places.get(entry.name);
  const at = place === undefined ? "" : ` (${place.file}:${place.line})`;
  return `${entry.log.at(-1)?.error ?? "failed"}${at}`;
}

function argsLine(name: string, args: any): string {
  const shown = { ...args };
  delete shown.objId;
  delete shown.execid;
  return `[${name}] | ${JSON.stringify(shown)}`;
}
