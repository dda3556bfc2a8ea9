import { jobScope } from "../../base/job-scope.js";
import { isMap } from "../../base/values/types.js";
import { clone, merge } from "../../lib/maps/merge.js";
import { getNumberOfCores } from "../../lib/system/system.js";
import { processArgs } from "../args/merge-args.js";
import { checkCode } from "../code/check.js";
import { jobPieces, notePieces } from "../code/compile.js";
import { externalSource } from "../code/external.js";
import { joinPieces, type Piece } from "../code/sources.js";
import { langCode } from "../langs/index.js";
import type { AnyMap, Dep, Job, JobDefinition } from "../model/shapes.js";
import { engine } from "../state/engine.js";
import { placeInDocument } from "./document.js";
import { findJob } from "./registry.js";

/** Registers a job under its name; a former one of that name is replaced. */
export function registerJob(definition: JobDefinition): Job {
  if (typeof definition.name !== "string" || definition.name === "") throw "job name not defined or assigned";
  const job = compose(definition);
  engine.jobs.set(job.name, job);
  return job;
}

/**
 * Puts a job together: its own code between that of its `from` and `to` jobs, which is copied now.
 * @throws text when its language is not known
 */
function compose(definition: JobDefinition): Job {
  const { name } = definition;
  const check = isMap(definition.check) ? definition.check : {};
  const typeArgs: AnyMap = isMap(definition.typeArgs) ? clone(definition.typeArgs) : {};
  const parts = {
    from: partsOf(definition.from, `from/earlier job`, name),
    to: partsOf(definition.to, `to/then job`, name),
  };
  // The own part comes first: it completes the typeArgs with what its language says.
  const own = ownPieces(definition, typeArgs, check);
  const pieces: Piece[] = [];
  addCheck(pieces, name, check._in);
  for (const part of parts.from) pieces.push(...withArgs(part));
  pieces.push(...own);
  for (const part of parts.to) pieces.push(...withArgs(part));
  addCheck(pieces, name, check._out);

  const all = [...parts.from, { typeArgs, deps: listOf(definition.deps), each: listOf(definition.each) }, ...parts.to];
  const job: Job = {
    name,
    type: typeof definition.type === "string" ? definition.type : "simple",
    file: definition.file,
    typeArgs: all.length === 1 ? typeArgs : all.reduce((sum, part) => merge(clone(sum), part.typeArgs), {} as AnyMap),
    args: processArgs(definition.args, undefined, undefined, true),
    deps: all.flatMap((part) => part.deps) as Dep[],
    each: all.flatMap((part) => part.each) as string[],
    exec: joinPieces(pieces),
    catch: definition.catch,
    from: definition.from,
    to: definition.to,
    help: definition.help ?? {},
  };
  notePieces(name, pieces);
  const catchPlace = placeInDocument(definition, "catch") ?? placeInDocument(definition, "onerror");
  if (catchPlace !== undefined) engine.catchPlaces.set(name, catchPlace);
  return job;
}

/** The job's own code between its checks, under its lock. */
function ownPieces(definition: JobDefinition, typeArgs: AnyMap, check: AnyMap): Piece[] {
  const { name } = definition;
  if (definition.exec === null) throw new TypeError(`exec of job '${name}' has no value`);
  const written: Piece = { text: codeText(definition.exec), place: placeInDocument(definition, "exec") };
  const lang = definition.lang ?? "oaf";
  typeArgs.lang = lang;
  const source = externalSource(definition, typeArgs, written);
  const pieces: Piece[] = [];
  addCheck(pieces, name, check.in);
  pieces.push(...eachCode(definition, typeArgs, langCode(name, source, typeArgs)));
  addCheck(pieces, name, check.out);
  if (typeof typeArgs.lock !== "string") return pieces;
  typeArgs.lockCh ??= "oJob::locks";
  const lock = `${JSON.stringify(typeArgs.lockCh)}, ${JSON.stringify(typeArgs.lock)}`;
  return [
    { text: `if (yield* __ojob.lock(${lock})) try {` },
    ...pieces,
    { text: `} finally { __ojob.unlock(${lock}); }` },
  ];
}

function codeText(exec: unknown): string {
  if (typeof exec === "string") return exec;
  return exec === undefined ? "" : String(exec);
}

/** With `each`, the code becomes a producer that is called with the function `each`. */
function eachCode(definition: JobDefinition, typeArgs: AnyMap, pieces: Piece[]): Piece[] {
  const names = listOf(definition.each);
  if (names.length === 0) return pieces;
  const producer = { name: definition.name, catch: definition.catch, threads: eachThreads(typeArgs.eachThreads) };
  return [
    { text: `yield* __ojob.each(${JSON.stringify(names)}, function* (each) {` },
    ...pieces,
    { text: `}, () => args, ${JSON.stringify(producer)});` },
  ];
}

/** A number, or a share of the cores as text (`"50%"`). */
function eachThreads(threads: unknown): number | undefined {
  if (typeof threads === "number") return Math.max(1, Math.round(threads));
  const share = typeof threads === "string" ? /^\s*([\d.]+)\s*%\s*$/.exec(threads) : null;
  return share === null ? undefined : Math.max(1, Math.round((Number(share[1]) * getNumberOfCores()) / 100));
}

function addCheck(pieces: Piece[], name: string, check: AnyMap | undefined): void {
  const text = checkCode(name, check);
  if (text !== "") pieces.push({ text });
}

/** A job whose code is taken over, with what else it brings. */
interface Part {
  args: any;
  typeArgs: AnyMap;
  deps: Dep[];
  each: string[];
  pieces: Piece[];
}

function partsOf(names: unknown, kind: string, owner: string): Part[] {
  if (names === undefined || names === null) return [];
  const parts: Part[] = [];
  for (const entry of Array.isArray(names) ? names : [names]) {
    const part = partOf(entry);
    if (part === undefined)
      jobScope.logWarn(`Didn't found ${kind} '${isMap(entry) ? entry.name : entry}' for job '${owner}'`);
    else parts.push(part);
  }
  return parts;
}

function partOf(entry: any): Part | undefined {
  const name = isMap(entry) ? entry.name : entry;
  const job = findJob(name);
  if (job === undefined) return undefined;
  // The job that it is part of logs its start and end: settings that hide them are dropped in both.
  delete job.typeArgs.noLog;
  const typeArgs = { ...job.typeArgs };
  // Its language is done with: the code is composed.
  for (const key of ["lang", "file", "execJs", "execPy", "execRequire"]) delete typeArgs[key];
  const inline =
    isMap(entry) && entry.args !== undefined ? processArgs(entry.args, undefined, undefined, true) : undefined;
  return {
    args: inline === undefined ? job.args : merge(inline, job.args),
    typeArgs,
    deps: job.deps ?? [],
    each: job.each ?? [],
    pieces: jobPieces(job),
  };
}

function withArgs(part: Part): Piece[] {
  const args = { ...part.args };
  if (args.__id === undefined) delete args.__id;
  if (!isMap(part.args) || Object.keys(args).length === 0) return part.pieces;
  return [{ text: `args = __ojob.withArgs(args, ${JSON.stringify(args)});` }, ...part.pieces];
}

function listOf(value: unknown): any[] {
  if (Array.isArray(value)) return value.slice();
  return value === undefined || value === null ? [] : [value];
}
